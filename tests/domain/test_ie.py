import pytest

from malha.domain.documents import UFS
from malha.domain.ie import IeCheck, check_ie

# One valid number per state and form, generated; compared with an independent implementation
# (erpbrasil.base 2.5.1) over 400 bases and all endings per state.
VALID = [
    ("AC", "0120029772770"),
    ("AL", "246931000"),
    ("AM", "980274001"),
    ("AP", "038594102"),
    ("BA", "18427800"),
    ("BA", "534944542"),
    ("CE", "069285004"),
    ("DF", "0740204876773"),
    ("ES", "698635302"),
    ("GO", "102137609"),
    ("MA", "123162904"),
    ("MG", "6671707691072"),
    ("MS", "287385701"),
    ("MT", "22750466503"),
    ("PA", "158591003"),
    ("PB", "161284302"),
    ("PE", "688130747"),
    ("PE", "00574763633704"),
    ("PI", "194355403"),
    ("PR", "0507596010"),
    ("RJ", "23338602"),
    ("RN", "202093000"),
    ("RN", "2050675909"),
    ("RO", "431489409"),
    ("RO", "31925206360705"),
    ("RR", "240482808"),
    ("RS", "9466832803"),
    ("SC", "022725504"),
    ("SE", "589343807"),
    ("SP", "946333552606"),
    ("TO", "290319609"),
    ("TO", "29032098006"),
    ("SP", "P011004243002"),
]


@pytest.mark.parametrize(("uf", "number"), VALID)
def test_a_number_of_each_state_fits(uf: str, number: str) -> None:
    assert check_ie(uf, number) is IeCheck.OK
    assert check_ie(uf.lower(), f" {number[:3]}.{number[3:6]}-{number[6:]} ") is IeCheck.OK


@pytest.mark.parametrize(("uf", "number"), VALID)
def test_a_mutated_check_digit_is_suspect(uf: str, number: str) -> None:
    at = 9 if number.startswith("P") else len(number) - 1
    wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]

    assert check_ie(uf, wrong) is IeCheck.SUSPECT


@pytest.mark.parametrize(("uf", "number"), VALID)
def test_a_digit_too_many_is_suspect(uf: str, number: str) -> None:
    assert check_ie(uf, number + "000") is IeCheck.SUSPECT


def test_every_state_has_a_rule() -> None:
    assert {uf for uf, _ in VALID} == set(UFS)


@pytest.mark.parametrize("uf", UFS)
def test_exempt_is_fine_and_rubbish_is_suspect_everywhere(uf: str) -> None:
    assert check_ie(uf, "Isento") is IeCheck.OK
    assert check_ie(uf, "12A456789") is IeCheck.SUSPECT
    assert check_ie(uf, "1") is IeCheck.SUSPECT
    assert check_ie(uf, "0" * 13) is IeCheck.SUSPECT
    assert check_ie(uf, "") is IeCheck.UNKNOWN


def test_the_examples_of_the_states_own_pages() -> None:
    assert check_ie("SP", "110.042.490.114") is IeCheck.OK
    assert check_ie("SP", "P-01100424.3/002") is IeCheck.OK  # rural producer
    assert check_ie("MG", "062.307.904/0081") is IeCheck.OK
    assert check_ie("BA", "123456-63") is IeCheck.OK
    assert check_ie("PE", "18.1.001.0000004-9") is IeCheck.OK
    assert check_ie("RR", "24006628-1") is IeCheck.OK
    assert check_ie("RO", "101.62521-3") is IeCheck.OK
    assert check_ie("TO", "29.01.022783-6") is IeCheck.OK
    assert check_ie("MT", "0013000001-9") is IeCheck.OK


def test_leading_zeros_may_be_left_out_in_mato_grosso() -> None:
    assert check_ie("MT", "13000001-9") is IeCheck.OK
    assert check_ie("MT", "13000001-8") is IeCheck.SUSPECT


def test_an_unknown_state_says_nothing() -> None:
    assert check_ie("XX", "123456789") is IeCheck.UNKNOWN
    assert check_ie("", "123456789") is IeCheck.UNKNOWN
