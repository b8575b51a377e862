from datetime import date

import pytest

from malha.domain.cnab.fields import Field, FieldError, Kind, Record, Value, fold, read, write
from malha.domain.errors import RuleError
from malha.domain.money import Money

RECORD = Record(
    "sample",
    60,
    (
        Field("number", 1, 4, Kind.NUMBER, 0),
        Field("digits", 5, 10, Kind.DIGITS, ""),
        Field("text", 11, 15, Kind.TEXT, ""),
        Field("code", 16, 20, Kind.CODE, ""),
        Field("amount", 21, 28, Kind.CENTS, 0),
        Field("day", 29, 36, Kind.DATE, ""),
        Field("short_day", 37, 42, Kind.DATE, ""),
        Field("iso_day", 43, 50, Kind.DATE_ISO, ""),
        Field("rate", 51, 54, Kind.RATE, 0),
        Field("fine_rate", 55, 58, Kind.RATE, 0, decimals=1),
    ),
)
DAYS: dict[str, Value] = {"day": None, "short_day": None, "iso_day": None}


def written(**values: Value) -> str:
    return write(RECORD, {**DAYS, **values})


def test_each_kind_stands_as_the_manuals_say() -> None:
    day = date(2026, 3, 5)

    line = written(
        number=7,
        digits="0042",
        text="Água é vida",
        code="a/B",
        amount=Money(12345),
        day=day,
        short_day=day,
        iso_day=day,
        rate=200,
        fine_rate=200,
    )

    assert line == "0007000042AGUA a/B  00012345050320260503262026030502000020  "


def test_what_has_no_value_is_zero_or_blank() -> None:
    assert written() == "0000000000          00000000000000000000000000000000000000  "


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("number", 12345, "too_long"),
        ("number", -1, "negative"),
        ("amount", Money(-1), "negative"),
        ("amount", Money(123456789), "too_long"),
        ("digits", "1234567", "too_long"),
        ("digits", "12A", "not_digits"),
        ("digits", "12²", "not_digits"),
        ("code", "123456", "too_long"),
        ("code", "ção", "not_ascii"),
        ("code", "a\nb", "not_ascii"),
        ("fine_rate", 205, "rate_too_fine"),
        ("day", "05/03/2026", "not_a_date"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(name: str, value: Value, reason: str) -> None:
    with pytest.raises(RuleError) as refused:
        written(**{name: value})

    assert refused.value.code == "cnab_value_refused"
    assert refused.value.params == {"record": "sample", "field": name, "reason": reason}


def test_a_field_without_a_default_must_be_given() -> None:
    with pytest.raises(RuleError) as refused:
        write(Record("one", 3, (Field("must", 1, 3, Kind.NUMBER),)), {})

    assert refused.value.params["reason"] == "missing"


def test_zeros_on_the_left_may_be_dropped_to_make_a_number_fit() -> None:
    assert written(digits="00001234567"[:10])[4:10] == "123456"


def test_an_alphanumeric_cnpj_keeps_its_letters() -> None:
    record = Record("q", 15, (Field("document", 1, 15, Kind.DOCUMENT),))

    assert write(record, {"document": "12abc34501de35"}) == "012ABC34501DE35"


@pytest.mark.parametrize(("text", "folded"), [("São João – 3º", "SAO JOAO   3 "), ("straße", "STRASSE"), ("a\tb", "A B"), ("日本", "  ")])
def test_texts_are_folded_to_upper_case_ascii(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_reading_takes_a_stripped_line_as_blank_and_cuts_a_long_one() -> None:
    values = read(RECORD, "0007")

    assert (values["number"], values["amount"], values["day"], values["code"]) == (7, Money(0), None, "")
    assert read(RECORD, written(number=7) + "rest")["number"] == 7


@pytest.mark.parametrize("blank", ["00000000", "99999999", "88888888", "        ", "00    00"])
def test_a_date_of_one_sign_alone_is_none(blank: str) -> None:
    assert read(Record("d", 8, (Field("day", 1, 8, Kind.DATE),)), blank)["day"] is None


@pytest.mark.parametrize(("raw", "reason"), [("31022026", "date_invalid"), ("AB032026", "date_invalid"), ("0503 026", "date_invalid")])
def test_a_date_that_is_none_is_refused(raw: str, reason: str) -> None:
    with pytest.raises(FieldError) as refused:
        read(Record("d", 8, (Field("day", 1, 8, Kind.DATE),)), raw)

    assert (refused.value.field, refused.value.reason) == ("day", reason)


@pytest.mark.parametrize("raw", ["0000O100", "-0000100", "0000 100", "00001,00", "000001²0"])
def test_an_amount_of_other_signs_is_refused(raw: str) -> None:
    with pytest.raises(FieldError) as refused:
        read(Record("a", 8, (Field("amount", 1, 8, Kind.CENTS),)), raw)

    assert refused.value.reason == "not_digits"


def test_years_of_two_digits_are_of_this_century_up_to_69() -> None:
    record = Record("d", 6, (Field("day", 1, 6, Kind.DATE),))

    assert read(record, "010169")["day"] == date(2069, 1, 1)
    assert read(record, "010198")["day"] == date(1998, 1, 1)


def test_fields_that_overlap_or_leave_the_line_make_no_record() -> None:
    with pytest.raises(ValueError, match=r"r\.b at 3-4"):
        Record("r", 10, (Field("a", 1, 3), Field("b", 3, 4)))
    with pytest.raises(ValueError, match=r"r\.a at 8-11"):
        Record("r", 10, (Field("a", 8, 11),))


def test_an_amendment_takes_the_place_of_what_it_covers() -> None:
    record = Record("r", 10, (Field("a", 1, 3), Field("b", 4, 6), Field("c", 7, 9)))

    amended = record.amended(Field("x", 2, 5), Field("c", 8, 10))

    assert [(each.name, each.start) for each in amended.fields] == [("x", 2), ("c", 8)]
