"""Every text of the screen has its Portuguese, in one catalogue."""

from tools.messages import CATALOGUE, problems, used


def test_the_catalogue_is_complete() -> None:
    assert problems() == []


def test_the_code_has_texts_and_the_catalogue_exists() -> None:
    assert CATALOGUE.is_file()
    assert len(used()) > 100
