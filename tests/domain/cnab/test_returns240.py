"""Retornos of 240, line by line by explicit positions (payments.md §5)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malha.domain.cnab.layouts import Format
from malha.domain.cnab.lines import Channel, ReturnFile
from malha.domain.cnab.occurrences import LineKind, Reason
from malha.domain.cnab.registry import layout
from malha.domain.cnab.returns import numbered_lines, open_return, parse_return
from malha.domain.cnab.returns240 import lines_240 as lines_240_of
from malha.domain.errors import RuleError
from malha.domain.money import Money
from tests.domain.cnab.builders import file_240, joined, line, lines_240, t, u, y03

AMOUNT = f"{10000:015d}"
PAID = (t("06", p38="12345678", p59="DOC-77", p74="05032026", p82=AMOUNT, p106="ch_0001", p199=f"{190:015d}"), u("06", 10217, 10027, 217))
ENTRY = (t("02", p38="12345679", p82=AMOUNT), u("02"))


def refused(data: bytes) -> dict[str, object]:
    with pytest.raises(RuleError) as error:
        parse_return(data)
    assert error.value.code == "cnab_file_refused"
    return error.value.params


def test_a_settlement_is_read_with_its_money_and_days() -> None:
    file = parse_return(file_240("085", PAID))

    assert (file.header.bank_code, file.header.format, file.header.sequence) == ("085", Format.CNAB240, 42)
    assert (file.header.generated_on, file.header.company) == (date(2026, 3, 11), "PROVEDOR EXEMPLO")
    assert (file.header.company_document, file.header.agreement) == ("12345678000195", "")
    (found,) = file.lines
    assert (found.line_number, found.occurrence, found.kind) == (3, "06", LineKind.PAID)
    assert (found.nosso_numero, found.document_number, found.company_use) == ("12345678", "DOC-77", "ch_0001")
    assert found.nosso_numero_key == "12345678"
    assert (found.amount, found.paid, found.charges) == (Money(10000), Money(10217), Money(217))
    assert (found.credited, found.fee) == (Money(10027), Money(190))
    assert (found.due_on, found.occurred_on, found.credit_on) == (date(2026, 3, 5), date(2026, 3, 10), date(2026, 3, 11))
    assert found.channel is Channel.BOLETO


def test_totals_are_of_the_paid_lines_alone() -> None:
    written_off = (t("09", p38="1", p82=AMOUNT), u("09", paid=99999, credited=99999))

    totals = parse_return(file_240("085", [*PAID, *ENTRY, *written_off, *PAID])).totals

    assert (totals.paid, totals.credited, totals.fees) == (Money(20434), Money(20054), Money(380))
    assert totals.counts == {LineKind.PAID: 2, LineKind.REGISTERED: 1, LineKind.WRITTEN_OFF: 1}


@pytest.mark.parametrize(
    ("bank", "occurrence", "kind"),
    [
        ("085", "02", LineKind.REGISTERED),
        ("085", "03", LineKind.REJECTED),
        ("085", "06", LineKind.PAID),
        ("085", "17", LineKind.PAID),
        ("085", "09", LineKind.WRITTEN_OFF),
        ("085", "25", LineKind.WRITTEN_OFF),
        ("085", "14", LineKind.DUE_CHANGED),
        ("085", "19", LineKind.PROTEST),
        ("085", "20", LineKind.PROTEST),
        ("085", "23", LineKind.PROTEST),
        ("085", "26", LineKind.INSTRUCTION_REJECTED),
        ("085", "30", LineKind.INSTRUCTION_REJECTED),
        ("085", "28", LineKind.FEE),
        ("085", "51", LineKind.OTHER),
        ("085", "93", LineKind.OTHER),
        ("085", "46", LineKind.UNKNOWN),
        ("085", "50", LineKind.UNKNOWN),
        ("104", "46", LineKind.PAID),
        ("104", "50", LineKind.UNKNOWN),
        ("756", "50", LineKind.PAID),
        ("756", "46", LineKind.UNKNOWN),
        ("085", "ZZ", LineKind.UNKNOWN),
    ],
)
def test_an_occurrence_means_what_the_banks_table_says(bank: str, occurrence: str, kind: LineKind) -> None:
    (found,) = parse_return(file_240(bank, [t(occurrence), u(occurrence, paid=1)])).lines

    assert found.kind is kind


@pytest.mark.parametrize("bank", ["001", "033", "041", "085", "104", "136", "237", "341", "748", "756"])
def test_09_is_never_paid(bank: str) -> None:
    file = parse_return(file_240(bank, [t("09"), u("09", paid=10000)]))

    assert (file.lines[0].kind, file.totals.paid) == (LineKind.WRITTEN_OFF, Money(0))


@pytest.mark.parametrize(
    ("bank", "placed", "nosso_numero", "dv"),
    [
        ("085", {38: "01234567000000123"}, "01234567000000123", ""),
        ("001", {38: "12345670000000044"}, "12345670000000044", ""),
        ("104", {38: "00" + "14000000000000123" + "0"}, "14000000000000123", ""),
        ("341", {38: "109" + "00012345" + "7"}, "00012345", ""),
        ("756", {38: "0000123456" + "01014"}, "000012345", "6"),
        ("237", {38: "009" + "00000" + "00000012345" + "P"}, "00000012345", "P"),
        ("748", {38: "262001239"}, "26200123", "9"),
        ("041", {38: "1234567890"}, "12345678", "90"),
        ("136", {38: "00000123456"}, "0000012345", "6"),
    ],
)
def test_nosso_numero_stands_where_the_bank_puts_it(bank: str, placed: dict[int, str], nosso_numero: str, dv: str) -> None:
    (found,) = parse_return(file_240(bank, [t("02") | placed, u("02")])).lines

    assert (found.nosso_numero, found.nosso_numero_dv, found.nosso_numero_key) == (nosso_numero, dv, nosso_numero.lstrip("0"))


def test_santander_shifts_segment_t() -> None:
    shifted = {
        14: "T",
        16: "03",
        41: "0000012345678",
        54: "5",
        55: "DOC-77",
        70: "05032026",
        78: AMOUNT,
        101: "ch_0001",
        194: f"{190:015d}",
        209: "4648",
    }

    (found,) = parse_return(file_240("033", [shifted, u("03")])).lines

    assert (found.nosso_numero, found.nosso_numero_dv, found.document_number) == ("000001234567", "8", "DOC-77")
    assert (found.due_on, found.amount, found.company_use, found.fee) == (date(2026, 3, 5), Money(10000), "ch_0001", Money(190))
    assert [each.reason for each in found.motives] == [Reason.PAYER_DOCUMENT_INVALID, Reason.CEP_INVALID]


def test_motives_become_reasons_of_our_own() -> None:
    (found,) = parse_return(file_240("085", [t("03", p214="0916204597"), u("03")])).lines

    assert [(each.code, each.reason) for each in found.motives] == [
        ("09", Reason.DUPLICATED),
        ("16", Reason.DUE_INVALID),
        ("20", Reason.AMOUNT_INVALID),
        ("45", Reason.PAYER_NAME_MISSING),
        ("97", Reason.OTHER),
    ]


def test_the_same_motive_reads_by_the_occurrence_it_stands_on() -> None:
    details = [t("03", p214="09"), u("03"), t("09", p214="09"), u("09"), t("02", p214="A4P1"), u("02")]

    rejected, written_off, registered = parse_return(file_240("085", details)).lines

    assert (rejected.motives[0].reason, written_off.motives[0].reason) == (Reason.DUPLICATED, Reason.WRITE_OFF_BY_BANK)
    assert [each.reason for each in registered.motives] == [Reason.PAYER_IN_DDA, Reason.PIX_QR]


def test_motive_61_on_a_settlement_alone_says_pix() -> None:
    by_pix, rejected = parse_return(file_240("085", [t("06", p214="61"), u("06", 10000), t("03", p214="61"), u("03")])).lines

    assert (by_pix.channel, by_pix.motives[0].reason) == (Channel.PIX, Reason.PAID_BY_PIX)
    assert rejected.channel is Channel.BOLETO


def test_y03_gives_the_qr_to_the_title_before_it() -> None:
    url, txid = "pix.example/qr/v2/cobv/0f3c1a52", "Ab1" * 10

    first, second = parse_return(file_240("756", [*ENTRY, y03("02", url, txid), *ENTRY])).lines

    assert (first.pix_location, first.txid) == (url, txid)
    assert (second.pix_location, second.txid) == ("", "")


def test_other_segments_are_skipped_and_counted() -> None:
    details = [*ENTRY, {14: "W", 16: "02"}, {14: "Y", 16: "02", 18: "01"}, PAID[0], {14: "E", 16: "06"}, PAID[1]]

    file = parse_return(file_240("085", details))

    assert ([each.kind for each in file.lines], file.skipped) == ([LineKind.REGISTERED, LineKind.PAID], 3)


def test_stripped_and_over_long_lines_are_read() -> None:
    lines = lines_240("085", PAID)
    stripped = [each.rstrip() for each in lines]
    assert all(123 <= len(each) <= 233 for each in stripped[2:4])

    whole = parse_return(joined(lines))

    assert parse_return(joined(stripped)).lines == whole.lines
    assert parse_return(joined([each + "9" for each in lines])).lines == whole.lines


@pytest.mark.parametrize(
    "wrap", [lambda d: d + b"\x1a", lambda d: d.replace(b"\r\n", b"\n"), lambda d: d.rstrip(b"\r\n"), lambda d: b"\xef\xbb\xbf" + d]
)
def test_how_a_file_travelled_does_not_matter(wrap) -> None:  # type: ignore[no-untyped-def]
    data = file_240("085", PAID)

    assert parse_return(wrap(data)).lines == parse_return(data).lines


def test_latin_1_is_read() -> None:
    (found,) = parse_return(file_240("085", [t("02", p59="N\u00ba 7\u00e7"), u("02")])).lines

    assert found.document_number == "Nº 7ç"


# -- what does not add up ----------------------------------------------------------------------------------------------------------------


def test_a_t_without_its_u_is_refused_at_the_t() -> None:
    assert refused(file_240("085", [PAID[0], *PAID])) == {"line": 3, "reason": "u_missing"}
    assert refused(file_240("085", [*PAID, PAID[0]])) == {"line": 5, "reason": "u_missing"}


def test_a_u_without_its_t_is_refused_at_the_u() -> None:
    assert refused(file_240("085", [PAID[1]])) == {"line": 3, "reason": "t_missing"}
    assert refused(file_240("085", [*PAID, PAID[1]])) == {"line": 5, "reason": "t_missing"}
    assert refused(file_240("085", [t("02"), u("06", 1)])) == {"line": 4, "reason": "t_missing"}


def test_a_broken_sequence_is_refused() -> None:
    lines = lines_240("085", [*PAID, *PAID])
    del lines[3:5]

    assert refused(joined(lines))["reason"] == "sequence_broken"


def test_a_line_of_another_bank_is_refused() -> None:
    lines = lines_240("085", PAID)
    lines[3] = "237" + lines[3][3:]

    assert refused(joined(lines)) == {"line": 4, "reason": "wrong_bank"}


def test_a_file_of_another_bank_than_the_accounts_is_refused() -> None:
    data = file_240("085", PAID)

    assert len(parse_return(data, expected_bank="085").lines) == 1
    with pytest.raises(RuleError) as error:
        parse_return(data, expected_bank="756")
    assert error.value.params == {"line": 1, "reason": "wrong_bank"}


@given(st.lists(st.tuples(st.integers(0, 6 * 242 - 1), st.integers(0, 255)), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_is_read_or_refused_and_never_gives_more_titles(changes: list[tuple[int, int]]) -> None:
    data = bytearray(file_240("085", PAID))
    for place, sign in changes:
        data[place] = sign

    try:
        lines = parse_return(bytes(data)).lines
    except RuleError as error:
        assert error.code.startswith("cnab_")
    else:
        assert len(lines) <= 1


@given(st.binary(max_size=2000))
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    assert refused(data)["reason"] in ("empty", "header_unknown")


def test_letters_in_an_amount_are_refused_with_line_and_field() -> None:
    bad = dict(PAID[1]) | {78: "00000000001O217"}

    assert refused(file_240("085", [PAID[0], bad])) == {"line": 4, "reason": "not_digits", "field": "paid"}


def test_a_day_that_is_none_is_refused() -> None:
    assert refused(file_240("085", [PAID[0], u("06", credit="31022026")])) == {"line": 4, "reason": "date_invalid", "field": "credit_on"}


@pytest.mark.parametrize(
    ("place", "text", "reason"),
    [
        (-2, (18, "000009"), "lot_records"),
        (-1, (18, "000002"), "lot_count"),
        (-1, (24, "000009"), "file_records"),
        (-2, (4, "0002"), "lot_broken"),
    ],
)
def test_a_trailer_that_counts_otherwise_is_refused(place: int, text: tuple[int, str], reason: str) -> None:
    lines = lines_240("085", PAID)
    start, signs = text
    lines[place] = lines[place][: start - 1] + signs + lines[place][start - 1 + len(signs) :]

    assert refused(joined(lines)) == {"line": len(lines) + 1 + place, "reason": reason}


def test_totals_of_the_lot_must_be_those_of_its_titles() -> None:
    two = [*PAID, *ENTRY]

    assert len(parse_return(file_240("085", two, totals="000002" + f"{20000:017d}")).lines) == 2
    assert len(parse_return(file_240("085", two, totals="000001" + f"{10000:017d}" + "000001" + f"{10000:017d}")).lines) == 2
    assert refused(file_240("085", two, totals="000003" + f"{20000:017d}")) == {"line": 7, "reason": "title_count"}
    assert refused(file_240("085", two, totals="000002" + f"{20001:017d}")) == {"line": 7, "reason": "totals_differ"}


@pytest.mark.parametrize("keep", range(1, 6))
def test_a_truncated_file_is_refused(keep: int) -> None:
    lines = lines_240("085", PAID)

    assert refused(joined(lines[:keep])) == {"line": keep, "reason": "trailer_missing"}


def test_what_follows_the_trailer_is_refused() -> None:
    lines = lines_240("085", PAID)

    assert refused(joined([*lines, lines[1]])) == {"line": 7, "reason": "after_trailer"}


def test_a_remessa_is_not_a_retorno() -> None:
    assert refused(joined(lines_240("085", PAID, direction="1"))) == {"line": 1, "reason": "is_remittance"}


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\x1a", b"   \n \n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refused(data) == {"line": 1, "reason": "empty"}


@pytest.mark.parametrize("data", [b"\x00\xff\x07" * 3_500_000, b"%PDF-1.7\n" * 1_200_000, b"0" * 10_000_000])
def test_ten_megabytes_of_garbage_are_refused_at_the_first_line(data: bytes) -> None:
    assert refused(data) == {"line": 1, "reason": "header_unknown"}


def test_garbage_after_a_good_header_is_refused_at_its_first_line() -> None:
    assert refused(joined(lines_240("085", PAID)[:1]) + b"\xa7" * 10_000_000) == {"line": 2, "reason": "wrong_bank"}


def test_a_bank_without_layouts_is_named() -> None:
    with pytest.raises(RuleError) as error:
        parse_return(file_240("999", PAID))

    assert (error.value.code, error.value.params) == ("cnab_bank_unknown", {"bank_code": "999"})


def test_another_lot_of_the_same_file_is_read_and_a_lot_of_payables_is_skipped() -> None:
    one = lines_240("085", PAID)
    payables = [each.replace("08500011T01", "08500021T20").replace("0850001", "0850002", 1) for each in one[1:-1]]
    third = [each.replace("0850001", "0850003", 1) for each in one[1:-1]]
    end = line(240, {1: "085", 4: "99999", 18: "000003", 24: f"{2 + 3 * len(payables):06d}"})

    file = parse_return(joined([one[0], *one[1:-1], *payables, *third, end]))

    assert ([each.line_number for each in file.lines], file.skipped) == ([3, 11], 2)


def test_lines_come_one_by_one_from_a_file_of_fifty_thousand() -> None:
    details = [placed for number in range(25_000) for placed in (t("06", p38=f"{number:08d}", p82=AMOUNT), u("06", 10217))]
    data = file_240("085", details)

    header, rest = open_return(data)

    assert header.bank_code == "085"
    assert next(rest).nosso_numero == "00000000"
    assert sum(each.paid.cents for each in rest) == 24_999 * 10217


def test_a_file_that_breaks_at_its_end_gives_no_file_at_all() -> None:
    result: ReturnFile | None = None
    with pytest.raises(RuleError):
        result = parse_return(joined(lines_240("085", [*PAID, *PAID])[:-1]))

    assert result is None


def test_lots_open_and_close_in_turn() -> None:
    head, lot, first, second, lot_end, end = lines_240("085", PAID)

    assert refused(joined([head, first, second])) == {"line": 2, "reason": "lot_broken"}
    assert refused(joined([head, lot, lot])) == {"line": 3, "reason": "lot_broken"}
    assert refused(joined([head, lot_end])) == {"line": 2, "reason": "lot_broken"}
    assert refused(joined([head, lot, first, second, end])) == {"line": 5, "reason": "lot_broken"}
    assert refused(joined([head, lot, "08500017" + first[8:]])) == {"line": 3, "reason": "record_unknown"}
    assert refused(joined([head, lot, "08500023" + first[8:]])) == {"line": 3, "reason": "lot_broken"}


def test_opening_and_closing_records_of_a_lot_are_counted_and_skipped() -> None:
    head, lot, first, second, lot_end, _end = lines_240("085", PAID)
    closing = line(240, {1: "08500014"})
    lot_end = lot_end[:17] + "000005" + lot_end[23:]
    end = line(240, {1: "08599999", 18: "000001" + "000007"})

    file = parse_return(joined([head, lot, first, second, closing, lot_end, end]))

    assert (len(file.lines), file.skipped) == (1, 1)


def test_a_bank_whose_trailer_counts_something_else_may_say_so() -> None:
    data = file_240("085", PAID, totals="000009" + f"{1:017d}")
    rules = layout("085", Format.CNAB240)
    lax = replace(rules, returns=replace(rules.returns, checks_totals=False))
    rows = numbered_lines(data)

    found = list(lines_240_of(lax, rows, next(rows).number))

    assert (len(found), refused(data)["reason"]) == (1, "title_count")
