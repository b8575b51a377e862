import pytest

from malha.domain.cnab.layouts import Format
from malha.domain.cnab.occurrences import LineKind, Reason, kinds, reasons
from malha.domain.cnab.registry import layout, layouts
from malha.domain.errors import RuleError

BOTH = "001 033 041 104 136 237 341 748 756"


def test_banks_are_found_by_their_folders() -> None:
    found = {(each.bank_code, each.format) for each in layouts()}

    both = {(bank, each) for bank in BOTH.split() for each in Format}
    assert found == both | {("077", Format.CNAB400), ("133", Format.CNAB400), ("085", Format.CNAB240)}


def test_a_layout_is_found_by_bank_and_format() -> None:
    assert layout("341", Format.CNAB400).bank_name == "BANCO ITAU SA"


@pytest.mark.parametrize(("bank", "code"), [("999", "cnab_bank_unknown"), ("085", "cnab_layout_unknown")])
def test_what_no_folder_has_is_refused(bank: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        layout(bank, Format.CNAB400)

    assert refused.value.code == code


def test_every_layout_writes_lines_of_its_length_and_settles_something() -> None:
    for each in layouts():
        assert {record.length for record in each.remittance.records} == {each.format.length}
        assert LineKind.PAID in each.returns.kinds.values()


def test_a_table_refuses_a_code_twice() -> None:
    with pytest.raises(ValueError, match="06"):
        kinds(PAID="06", OTHER="05 06")
    with pytest.raises(ValueError, match="08"):
        reasons((Reason.DUPLICATED, "08"), (Reason.CEP_INVALID, "08"))
