from collections.abc import Callable
from datetime import date

import pytest

from malha.domain.boleto import Arrecadacao, Barcode, PastedBoleto, itf_bars, mask_linha, parse_barcode, parse_linha, read_pasted
from malha.domain.boleto.check_digits import double_digit, mod10, mod11
from malha.domain.errors import RuleError
from malha.domain.money import Money

BARCODE = "00196695900000306520000001234567000000000417"
LINHA = "00190.00009 01234.567004 00000.004176 6 69590000030652"
# A bill of energy: reais, modulo 10.
ENERGY = "836200000005 667800481000 180975657313 001589636081"
TODAY = date(2017, 1, 1)


def digits(text: str) -> str:
    return "".join(text.replace(".", " ").split())


@pytest.mark.parametrize("text", [BARCODE, LINHA, digits(LINHA), f"  {LINHA}\n", LINHA.replace(" ", "\u00a0")])
def test_a_boleto_is_read_however_it_is_pasted(text: str) -> None:
    read = read_pasted(text, TODAY)

    assert read == PastedBoleto(Barcode("001", 6959, Money(30652), "0000001234567000000000417"), date(2016, 10, 26))


def test_the_parts_give_the_digits_back() -> None:
    parts = parse_barcode(BARCODE)

    assert (parts.digits, parts.linha, parts.linha_digitavel) == (BARCODE, digits(LINHA), LINHA)
    assert mask_linha(digits(LINHA)) == LINHA


def test_contra_apresentacao_has_no_date() -> None:
    read = read_pasted(Barcode("001", 0, Money(0), "1" * 25).linha_digitavel, TODAY)

    assert isinstance(read, PastedBoleto)
    assert (read.due_date, read.barcode.amount) == (None, Money(0))


def test_arrecadacao_is_recognised() -> None:
    read = read_pasted(ENERGY, TODAY)

    assert isinstance(read, Arrecadacao)
    assert (read.line, read.segment, read.amount) == (digits(ENERGY), "3", Money(6678))
    assert read_pasted(read.barcode, TODAY) == read


def test_arrecadacao_by_modulo_11_and_without_reais() -> None:
    body = "8" + "1" + "9" + "00000012345" + "0" * 29
    barcode = f"{body[:3]}{mod11(body)}{body[3:]}"

    read = read_pasted(barcode, TODAY)

    assert isinstance(read, Arrecadacao)
    assert (read.amount, len(read.line)) == (None, 48)
    assert read_pasted(read.line, TODAY) == read


def test_one_altered_digit_of_an_arrecadacao_is_refused() -> None:
    line = digits(ENERGY)

    for place in range(48):
        with pytest.raises(RuleError):
            read_pasted(f"{line[:place]}{(int(line[place]) + 1) % 10}{line[place + 1 :]}", TODAY)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "pasted_shape"),
        (BARCODE[:-1], "pasted_shape"),
        (f"{BARCODE[:-1]}x", "pasted_shape"),
        (f"{BARCODE[:-1]}²", "pasted_shape"),
        (f"{BARCODE[:3]}8{BARCODE[4:]}", "boleto_currency"),
        (f"{BARCODE[:4]}7{BARCODE[5:]}", "barcode_check_digit"),
        ("7" + "0" * 47, "arrecadacao_shape"),
        ("815" + "0" * 45, "arrecadacao_shape"),
        ("8360" + "0" * 44, "arrecadacao_check_digit"),
    ],
)
def test_what_is_no_boleto_is_refused(text: str, code: str) -> None:
    with pytest.raises(RuleError, match=code):
        read_pasted(text, TODAY)


def test_the_wrong_field_of_a_linha_is_named() -> None:
    with pytest.raises(RuleError, match="linha_check_digit") as caught:
        parse_linha(digits(LINHA.replace("567004", "567005")))

    assert caught.value.params == {"field": 2}


@pytest.mark.parametrize("reader", [parse_linha, mask_linha])
def test_a_linha_has_47_digits_and_a_barcode_44(reader: Callable[[str], object]) -> None:
    with pytest.raises(RuleError, match="linha_shape"):
        reader(BARCODE)
    with pytest.raises(RuleError, match="barcode_shape"):
        parse_barcode(digits(LINHA))


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("1", 0, Money(1), "1" * 25), "bank_code_invalid"),
        (("001", 10000, Money(1), "1" * 25), "due_factor_invalid"),
        (("001", 0, Money(10_000_000_000), "1" * 25), "boleto_amount_out_of_range"),
        (("001", 0, Money(1), "1" * 24), "campo_livre_invalid"),
    ],
)
def test_parts_have_limits(parts: tuple[str, int, Money, str], code: str) -> None:
    with pytest.raises(RuleError, match=code):
        Barcode(*parts)


def test_check_digits() -> None:
    assert (mod10("001900000"), mod10("0123456700"), mod11("7654321")) == ("9", "4", "8")
    assert double_digit("00000459") == "85"
    for number in range(500):
        first, second = double_digit(f"{number:03d}")
        total = int(second) + sum(int(digit) * weight for digit, weight in zip(f"{number:03d}{first}", (5, 4, 3, 2), strict=True))
        assert total % 11 == 0
    with pytest.raises(RuleError, match="digits_expected"):
        mod10("12a")


# -- bars ----------------------------------------------------------------------------------------


def test_44_digits_are_405_modules_that_begin_and_end_with_a_bar() -> None:
    bars = itf_bars(BARCODE)

    assert sum(width for _, width in bars) == 405
    assert [is_bar for is_bar, _ in bars] == [place % 2 == 0 for place in range(len(bars))]
    assert bars[0][0] and bars[-1][0]


def test_bars_of_a_pair() -> None:
    assert "".join("nw"[width // 3] for _, width in itf_bars("15")) == "nnnn" + "wwnnnwnnwn" + "wnn"


@pytest.mark.parametrize("text", ["", "1", "1a"])
def test_bars_are_for_pairs_of_digits(text: str) -> None:
    with pytest.raises(RuleError, match="itf_shape"):
        itf_bars(text)
