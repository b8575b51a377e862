"""Pictures of the guide get small without getting another size."""

from pathlib import Path

from PIL import Image, ImageDraw

from tools import pictures


def screen(file: Path) -> None:
    """Something like a screen: a ground, boxes, a few colours."""
    picture = Image.new("RGB", (1440, 900), "#eef0f4")
    draw = ImageDraw.Draw(picture)
    for number in range(60):
        draw.rectangle((20, 15 * number, 1400, 15 * number + 9), fill=(number * 4, 90, 200 - number))
    picture.save(file)


def test_a_picture_becomes_small_and_stays_as_it_is_the_second_time(tmp_path: Path) -> None:
    file = tmp_path / "tela.png"
    screen(file)

    assert pictures.main([str(tmp_path)]) == 0

    first = file.read_bytes()
    with Image.open(file) as small:
        assert (small.mode, small.size) == ("P", (1440, 900))
    pictures.main([str(tmp_path)])
    assert file.read_bytes() == first


def test_grounds_stay_exact_and_a_rare_colour_stays_itself() -> None:
    full = Image.new("RGB", (600, 400), "#ffffff")
    for number in range(400):
        full.putpixel((number, 5), (number % 256, 100, 200 - number % 190))
    ImageDraw.Draw(full).rectangle((10, 50, 16, 56), fill="#dd3b30")

    small = pictures.reduced(full).convert("RGB")

    assert (small.getpixel((500, 300)), small.getpixel((12, 52))) == ((255, 255, 255), (221, 59, 48))


def test_a_picture_that_stays_too_big_is_told(tmp_path: Path, monkeypatch) -> None:
    screen(tmp_path / "tela.png")
    monkeypatch.setattr(pictures, "MAX_BYTES", 10)

    assert pictures.main([str(tmp_path)]) == 1
