"""Retornos of 400: each bank's own positions and its own table of what is paid (payments.md §6)."""

from datetime import date

import pytest

from malha.domain.cnab.layouts import Format
from malha.domain.cnab.occurrences import LineKind, Reason
from malha.domain.cnab.registry import layouts
from malha.domain.cnab.returns import parse_return
from malha.domain.errors import RuleError
from malha.domain.money import Money
from tests.domain.cnab.builders import detail_400, file_400, joined, lines_400

ISO_HEADER = {95: "20260311", 111: "0000042"}

BANKS = [
    # bank, header, what stands where, nosso número, DV, company use, day of credit, fee
    (
        "341",
        {},
        {"p38": "ch_0001", "p83": "109", "p86": "000123457", "p176": f"{190:013d}", "p296": "110326"},
        "00012345",
        "7",
        "ch_0001",
        190,
    ),
    (
        "237",
        {},
        {"p38": "ch_0001", "p71": "00000012345P", "p108": "9", "p176": f"{190:013d}", "p296": "110326"},
        "00000012345",
        "P",
        "ch_0001",
        190,
    ),
    ("133", {}, {"p38": "ch_0001", "p71": "000000123458", "p176": f"{190:013d}", "p296": "110326"}, "00000012345", "8", "ch_0001", 190),
    ("033", {}, {"p38": "ch_0001", "p63": "00123458", "p176": f"{190:013d}", "p296": "110326"}, "0012345", "8", "ch_0001", 190),
    (
        "001",
        {},
        {"p1": "7", "p39": "ch_0001", "p64": "12345670000012345", "p176": "110326", "p182": f"{190:07d}"},
        "12345670000012345",
        "",
        "ch_0001",
        190,
    ),
    (
        "104",
        {},
        {"p32": "ch_0001", "p57": "14000000000012345", "p176": f"{190:013d}", "p294": "110326"},
        "14000000000012345",
        "",
        "ch_0001",
        190,
    ),
    ("748", ISO_HEADER, {"p48": "262001239", "p176": f"{190:013d}", "p329": "20260311"}, "26200123", "9", "", 190),
    ("756", {}, {"p38": "ch_0001", "p63": "000000123458", "p176": "110326", "p182": f"{190:07d}"}, "00000012345", "", "ch_0001", 190),
    ("041", {}, {"p38": "ch_0001", "p63": "0012345678", "p176": f"{190:013d}", "p296": "110326"}, "00123456", "78", "ch_0001", 190),
    ("136", {}, {"p52": "00000123458", "p176": "110326"}, "0000012345", "8", "", 0),
]


@pytest.mark.parametrize(("bank", "header", "placed", "nosso_numero", "dv", "company_use", "fee"), BANKS, ids=[row[0] for row in BANKS])
def test_a_settlement_is_read_from_the_banks_own_positions(
    bank: str, header: dict[int, str], placed: dict[str, str], nosso_numero: str, dv: str, company_use: str, fee: int
) -> None:
    code = "21" if bank == "104" else "06"

    file = parse_return(file_400(bank, [detail_400(code, **placed)], header))

    assert (file.header.bank_code, file.header.format, file.header.generated_on) == (bank, Format.CNAB400, date(2026, 3, 11))
    (found,) = file.lines
    assert parse_return(file_400(bank, [detail_400(code, **placed)], header | {27: "AGREEMENT-9"})).header.agreement == "AGREEMENT-9"
    assert (found.line_number, found.kind) == (2, LineKind.PAID)
    assert (found.nosso_numero, found.nosso_numero_dv, found.company_use) == (nosso_numero, dv, company_use)
    assert (found.document_number, found.amount, found.paid, found.charges) == ("DOC-77", Money(10000), Money(10217), Money(217))
    assert (found.due_on, found.occurred_on, found.credit_on) == (date(2026, 3, 5), date(2026, 3, 10), date(2026, 3, 11))
    assert found.fee == Money(fee)
    assert file.totals.paid == Money(10217)


def test_inter_has_positions_of_its_own() -> None:
    placed = {
        1: "1",
        38: "ch_0001",
        71: "00000123458",
        90: "06",
        92: "100326",
        98: "DOC-77",
        119: "050326",
        125: f"{10000:013d}",
        160: f"{10217:013d}",
        173: "110326",
    }

    (found,) = parse_return(file_400("077", [placed])).lines

    assert (found.kind, found.nosso_numero, found.nosso_numero_dv) == (LineKind.PAID, "0000012345", "8")
    assert (found.company_use, found.document_number, found.amount, found.paid) == ("ch_0001", "DOC-77", Money(10000), Money(10217))
    assert (found.due_on, found.occurred_on, found.credit_on) == (date(2026, 3, 5), date(2026, 3, 10), date(2026, 3, 11))


SETTLED = {
    "341": "06 07 08 10 59",
    "237": "06 15 17",
    "133": "06 15 17",
    "033": "06 07 08 16 17",
    "001": "05 06 07 08 15",
    "104": "21 22",
    "748": "06 15 17",
    "756": "05 06 15",
    "041": "06",
    "077": "06",
    "136": "06",
}


def bare_file(bank: str, code: str) -> bytes:
    """One record with nothing but its occurrence and R$ 100,00 paid."""
    if bank == "077":
        placed = {1: "1", 90: code, 160: f"{10000:013d}"}
    else:
        placed = {1: "7" if bank == "001" else "1", 109: code, 254: f"{10000:013d}"}
    return file_400(bank, [placed], ISO_HEADER if bank == "748" else {})


def kind_of(bank: str, code: str) -> LineKind:
    (found,) = parse_return(bare_file(bank, code)).lines
    return found.kind


@pytest.mark.parametrize(("bank", "settled"), SETTLED.items())
def test_the_codes_that_settle_are_those_of_the_banks_table_and_no_others(bank: str, settled: str) -> None:
    paid = {code for code in (f"{number:02d}" for number in range(100)) if kind_of(bank, code) is LineKind.PAID}

    assert paid == set(settled.split())


def test_every_layout_of_400_has_its_row_here() -> None:
    assert {each.bank_code for each in layouts() if each.format is Format.CNAB400} == set(SETTLED)


@pytest.mark.parametrize(
    ("code", "meanings"),
    [
        ("15", {"341": "INSTRUCTION_REJECTED", "237": "PAID", "033": "PROTEST", "001": "PAID", "756": "PAID", "041": "UNKNOWN"}),
        ("16", {"341": "INSTRUCTION_REJECTED", "033": "PAID", "237": "OTHER", "756": "UNKNOWN"}),
        ("17", {"341": "INSTRUCTION_REJECTED", "237": "PAID", "748": "PAID", "001": "UNKNOWN"}),
        ("10", {"341": "PAID", "237": "WRITTEN_OFF", "033": "WRITTEN_OFF"}),
        ("02", {"341": "REGISTERED", "104": "WRITTEN_OFF", "756": "REGISTERED"}),
        ("01", {"104": "REGISTERED", "341": "UNKNOWN"}),
        ("03", {"341": "REJECTED", "104": "OTHER"}),
        ("05", {"104": "DUE_CHANGED", "756": "PAID", "341": "OTHER"}),
        ("77", {"341": "UNKNOWN", "237": "UNKNOWN", "104": "UNKNOWN"}),
    ],
)
def test_the_same_code_means_another_thing_at_another_bank(code: str, meanings: dict[str, str]) -> None:
    assert {bank: kind_of(bank, code).value for bank in meanings} == meanings


@pytest.mark.parametrize("bank", SETTLED)
def test_09_is_never_paid(bank: str) -> None:
    file = parse_return(bare_file(bank, "09"))

    assert (len(file.lines), file.totals.paid) == (1, Money(0))


@pytest.mark.parametrize(
    ("bank", "placed", "reasons"),
    [
        ("341", {"p378": "0837"}, [Reason.PAYER_NAME_MISSING, Reason.PAYER_DOCUMENT_INVALID]),
        ("237", {"p319": "0946480000"}, [Reason.DUPLICATED, Reason.PAYER_DOCUMENT_INVALID, Reason.CEP_INVALID]),
        ("033", {"p137": "092101000"}, [Reason.DUPLICATED, Reason.PAYER_NAME_MISSING]),
        ("001", {"p1": "7", "p87": "09"}, [Reason.DUE_INVALID]),
        ("748", {"p319": "16"}, [Reason.DUE_INVALID]),
        ("756", {"p319": "20"}, [Reason.OTHER]),
        ("041", {"p383": "47"}, [Reason.PAYER_ADDRESS_MISSING]),
        ("136", {"p319": "45"}, [Reason.PAYER_NAME_MISSING]),
    ],
)
def test_a_rejection_says_why(bank: str, placed: dict[str, str], reasons: list[Reason]) -> None:
    (found,) = parse_return(file_400(bank, [detail_400("03", **placed)], ISO_HEADER if bank == "748" else {})).lines

    assert (found.kind, [each.reason for each in found.motives]) == (LineKind.REJECTED, reasons)


def test_motives_of_caixa_are_kept_as_they_came() -> None:
    (found,) = parse_return(file_400("104", [detail_400("99", p80="045")])).lines

    assert (found.kind, [(each.code, each.reason) for each in found.motives]) == (LineKind.REJECTED, [("045", Reason.OTHER)])


def test_santander_gives_the_qr_in_a_record_after_the_title() -> None:
    url, txid = "pix.santander.example/qr/v2/cobv/0f3c", "c" * 30
    pix = {1: "2", 44: url, 121: txid}

    first, second = parse_return(file_400("033", [detail_400("02"), pix, detail_400("02")])).lines

    assert (first.pix_location, first.txid, second.pix_location) == (url, txid, "")


def test_other_records_are_skipped_and_counted() -> None:
    file = parse_return(file_400("341", [detail_400("06"), {1: "4"}, {1: "5"}, detail_400("06")]))

    assert (len(file.lines), file.skipped) == (2, 2)


def test_what_reached_the_account_is_known_where_the_layout_says_it() -> None:
    (bb,) = parse_return(file_400("001", [detail_400("06", p1="7", p306=f"{10027:013d}")])).lines
    (itau,) = parse_return(file_400("341", [detail_400("06")])).lines

    assert (bb.credited, itau.credited) == (Money(10027), None)


# -- what does not add up ----------------------------------------------------------------------------------------------------------------


def refused(data: bytes) -> dict[str, object]:
    with pytest.raises(RuleError) as error:
        parse_return(data)
    assert error.value.code == "cnab_file_refused"
    return error.value.params


def test_a_missing_record_breaks_the_sequence() -> None:
    lines = lines_400("341", [detail_400("06")] * 3)
    del lines[2]

    assert refused(joined(lines)) == {"line": 3, "reason": "sequence_broken"}


def test_a_line_cut_before_its_number_is_refused() -> None:
    lines = lines_400("341", [detail_400("06")] * 2)
    lines[2] = lines[2][:300]

    assert refused(joined(lines)) == {"line": 3, "reason": "sequence_broken"}


def test_a_truncated_file_is_refused() -> None:
    lines = lines_400("237", [detail_400("06")] * 2)

    assert refused(joined(lines[:-1])) == {"line": 3, "reason": "trailer_missing"}


def test_what_follows_the_trailer_is_refused() -> None:
    lines = lines_400("237", [detail_400("06")])

    assert refused(joined([*lines, lines[1]])) == {"line": 4, "reason": "after_trailer"}


def test_letters_in_an_amount_are_refused_with_line_and_field() -> None:
    assert refused(file_400("237", [detail_400("06", p254="00000000X0217")])) == {"line": 2, "reason": "not_digits", "field": "paid"}


def test_a_remessa_is_not_a_retorno() -> None:
    assert refused(file_400("341", [detail_400("06")], {1: "01REMESSA"})) == {"line": 1, "reason": "is_remittance"}


def test_a_bank_with_the_other_format_only_is_named() -> None:
    with pytest.raises(RuleError) as error:
        parse_return(file_400("085", [detail_400("06")]))

    assert (error.value.code, error.value.params) == ("cnab_layout_unknown", {"bank_code": "085", "format": "400"})


def test_over_long_lines_are_cut() -> None:
    lines = lines_400("756", [detail_400("06")])

    assert parse_return(joined([each + "1" * 44 for each in lines])).lines == parse_return(joined(lines)).lines


def test_a_second_header_or_a_line_of_no_type_is_refused() -> None:
    assert refused(file_400("341", [detail_400("06"), {1: "0"}])) == {"line": 3, "reason": "record_unknown"}
    assert refused(file_400("341", [{38: "ch_0001"}])) == {"line": 2, "reason": "record_unknown"}
