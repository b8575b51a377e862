"""`python -m tools.pictures FOLDER …`: make the guide's pictures small.

A screen has few colours, so a palette loses nothing: the commonest as they are, and the rest so that the rare ones, which mean
something (a red dot), are covered too.
"""

import sys
from pathlib import Path

from PIL import Image

MAX_BYTES = 120_000
COMMON, RARE = 160, 96


def shrink(file: Path) -> int:
    """Reduce a PNG to a palette unless it has one already; its size in bytes."""
    with Image.open(file) as picture:
        if picture.mode != "P":
            reduced(picture.convert("RGB")).save(file, optimize=True)
    return file.stat().st_size


def reduced(full: Image.Image) -> Image.Image:
    """The same picture with 256 colours, the commonest of them exact."""
    counted = full.getcolors(maxcolors=full.width * full.height) or []
    ordered = sorted(counted, key=lambda each: each[0], reverse=True)
    common = [colour for _count, colour in ordered[:COMMON] if isinstance(colour, tuple)]
    rare = full.quantize(RARE, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([value for colour in common for value in colour] + rare[: RARE * 3])
    small = full.quantize(palette=palette, dither=Image.Dither.NONE)
    # The library looks neighbours up in a coarse table: give each entry the commonest colour that came to stand on it.
    strip = Image.new("RGB", (len(common), 1))
    strip.putdata(common)
    chosen = strip.quantize(palette=palette, dither=Image.Dither.NONE)
    values = small.getpalette() or []
    given: set[int] = set()
    for at, colour in enumerate(common):
        index = chosen.getpixel((at, 0))
        if isinstance(index, int) and index not in given:
            given.add(index)
            values[index * 3 : index * 3 + 3] = colour
    small.putpalette(values)
    return small


def main(folders: list[str]) -> int:
    """The number of pictures that are still too big."""
    sizes = {file: shrink(file) for folder in folders for file in sorted(Path(folder).glob("*.png"))}
    too_big = {file: size for file, size in sizes.items() if size > MAX_BYTES}
    for file, size in too_big.items():
        sys.stderr.write(f"{file}: {size} bytes, more than {MAX_BYTES}\n")
    return len(too_big)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
