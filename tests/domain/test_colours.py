"""Colours of a brand: spelling and contrast. The expected contrasts are those of the W3C's own worked examples."""

import pytest

from malha.domain.colours import WHITE, contrast, normalize_colour, readable_on_white
from malha.domain.errors import RuleError


@pytest.mark.parametrize("typed", ["#3446c6", "3446C6", "  #3446C6\n"])
def test_a_colour_has_one_spelling(typed: str) -> None:
    assert normalize_colour(typed) == "#3446c6"


def test_the_short_form_is_written_out() -> None:
    assert normalize_colour("#36C") == "#3366cc"


@pytest.mark.parametrize("typed", ["", "#", "azul", "#12345", "#1234567", "#12345g", "rgb(0,0,0)", "#３４４６ｃ６", "#fff;}body{x:y"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(RuleError) as error:
        normalize_colour(typed)

    assert error.value.code == "colour_shape"


@pytest.mark.parametrize(
    ("colour", "expected"), [("#000000", 21.0), ("#ffffff", 1.0), ("#777777", 4.48), ("#767676", 4.54), ("#0000ff", 8.59)]
)
def test_contrast_against_white(colour: str, expected: float) -> None:
    assert contrast(colour, WHITE) == pytest.approx(expected, abs=0.005)
    assert contrast(WHITE, colour) == contrast(colour, WHITE)


def test_only_a_colour_that_can_be_read_is_a_brand() -> None:
    assert readable_on_white("#767676") == "#767676"

    with pytest.raises(RuleError) as error:
        readable_on_white("#777777")

    assert (error.value.code, error.value.params) == ("colour_contrast", {"contrast": "4,4", "needed": "4,5"})
