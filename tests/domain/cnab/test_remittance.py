"""Remessas: what was written is read back by the same records, and stands where the manuals say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malha.domain.cnab.fields import Field, Kind, Value, fold, read
from malha.domain.cnab.layouts import Format, Layout
from malha.domain.cnab.orders import Beneficiary, Movement, Payer, PixKey, RemittanceOrder, Species
from malha.domain.cnab.registry import layout, layouts
from malha.domain.cnab.remittance import build_remittance, remittance_rows
from malha.domain.errors import RuleError
from malha.domain.money import Money

NOW = datetime(2026, 3, 10, 9, 5, 7, tzinfo=UTC)


def name_of(rules: Layout) -> str:
    return f"{rules.bank_code}-{rules.format.value}"


ALL = pytest.mark.parametrize("rules", layouts(), ids=name_of)
CANCELLING = [each for each in layouts() if Movement.CANCEL in each.remittance.movements]
PIX_KEY = "0f3c1a52-9d1e-4f1b-8c55-1d2a3b4c5d6e"

COMPANY = Beneficiary(
    name="Provedor São João Ltda",
    document="12345678000195",
    branch="1234",
    branch_dv="5",
    account="67890",
    account_dv="1",
    agreement="12345",
    carteira="17",
    variation="01",
    posto="08",
    transmission="123400012345678"[:15],
)
PAYER = Payer("José D'Ávila", "52998224725", "Rua das Flores, 10", "Centro", "37500000", "Itajubá", "MG")


def order(**changes: object) -> RemittanceOrder:
    given_: dict[str, object] = {
        "movement": Movement.REGISTER,
        "nosso_numero": "1234567",
        "nosso_numero_dv": "8",
        "document_number": "77/1",
        "company_use": "ch_0001",
        "due_on": date(2026, 3, 20),
        "issued_on": date(2026, 3, 10),
        "amount": Money(9990),
        "payer": PAYER,
    }
    return RemittanceOrder(**(given_ | changes))  # type: ignore[arg-type]


def written(rules: Layout, *orders: RemittanceOrder) -> list[str]:
    text = build_remittance(rules, COMPANY, orders, sequence=42, generated_at=NOW).decode("ascii")
    assert text.endswith("\r\n")
    return text.split("\r\n")[:-1]


def at(line: str, start: int, end: int) -> str:
    return line[start - 1 : end]


def as_read(field: Field, value: Value) -> Value:
    """What reading gives for ``value`` once it stands in ``field``."""
    if field.kind is Kind.TEXT:
        return fold("" if value is None else str(value))[: field.width].strip()
    if field.kind is Kind.CODE:
        return str(value or "").strip()
    if field.kind in (Kind.DIGITS, Kind.DOCUMENT):
        text = str(value or "").strip()
        return (text if len(text) <= field.width else text.lstrip("0")).rjust(field.width, "0")
    if field.kind in (Kind.NUMBER, Kind.CENTS, Kind.RATE):
        cents = value.cents if isinstance(value, Money) else int(str(value or 0))
        return Money(cents) if field.kind is Kind.CENTS else cents
    return value


texts = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=60)
money = st.integers(1, 9_999_999_999).map(Money)
days = st.dates(date(2026, 1, 1), date(2059, 12, 31))
payers = st.builds(
    Payer,
    name=texts,
    document=st.sampled_from(["52998224725", "12345678000195"]),
    address=texts,
    district=texts,
    cep=st.from_regex(r"[0-9]{8}", fullmatch=True),
    city=texts,
    uf=st.sampled_from(["MG", "SP"]),
)


@st.composite
def orders_for(draw: st.DrawFn, rules: Layout) -> RemittanceOrder:
    fine = draw(st.integers(0, 20)) * 10
    discount = draw(st.integers(0, 500))
    pix = rules.remittance.takes_pix and draw(st.booleans())
    return order(
        movement=draw(st.sampled_from(sorted(rules.remittance.movements))),
        nosso_numero=draw(st.from_regex(r"[1-9][0-9]{0,6}", fullmatch=True)),
        nosso_numero_dv=draw(st.sampled_from("0123456789")),
        document_number=draw(texts),
        company_use=draw(st.from_regex(r"[A-Za-z0-9_-]{0,25}", fullmatch=True)),
        due_on=draw(days),
        issued_on=draw(days),
        amount=draw(money),
        payer=draw(payers),
        species=draw(st.sampled_from(Species)),
        fine_rate=fine,
        interest_rate=draw(st.integers(0, 100)),
        discount=Money(discount),
        discount_until=draw(days) if discount else None,
        abatement=Money(draw(st.integers(0, 1000))),
        write_off_days=draw(st.integers(0, 99)),
        messages=tuple(draw(st.lists(texts, max_size=6))),
        pix_key=PIX_KEY if pix else "",
        pix_key_type=PixKey.RANDOM if pix else None,
        txid=draw(st.from_regex(r"[A-Za-z0-9]{26,35}", fullmatch=True)) if pix else "",
    )


@ALL
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_every_field_that_was_written_is_read_back(rules: Layout, data: st.DataObject) -> None:
    orders = data.draw(st.lists(orders_for(rules), min_size=1, max_size=3))

    rows = list(remittance_rows(rules, COMPANY, orders, sequence=42, generated_at=NOW))

    lines = build_remittance(rules, COMPANY, orders, sequence=42, generated_at=NOW).decode("ascii").split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == len(rows)
    for row, line in zip(rows, lines, strict=True):
        assert len(line) == rules.format.length
        found = read(row.record, line)
        for field in row.record.fields:
            value = row.values.get(field.name, field.default)
            assert found[field.name] == as_read(field, value), (row.record.name, field.name)


@ALL
def test_every_name_of_a_layout_is_one_that_orders_have(rules: Layout) -> None:
    orders = [order(movement=each, messages=("a", "b", "c"), fine_rate=200) for each in rules.remittance.movements]

    names = {name for row in remittance_rows(rules, COMPANY, orders, sequence=1, generated_at=NOW) for name in row.values}

    lacking = {(record.name, each.name) for record in rules.remittance.records for each in record.fields if each.default is None}
    assert {pair for pair in lacking if pair[1] not in names} == set()


@ALL
def test_our_references_and_the_amount_reach_the_bank(rules: Layout) -> None:
    lines = written(rules, order())

    details = "".join(lines[1:-1])
    knows_us = any(field.name == "company_use" for record in rules.remittance.records for field in record.fields)
    assert ("ch_0001" in details) == knows_us
    assert "1234567" in details
    assert "0000000009990" in details
    assert "52998224725" in details
    assert "JOSE D'AVILA" in details


@ALL
def test_a_second_title_is_a_second_record_in_the_count(rules: Layout) -> None:
    one, two = written(rules, order()), written(rules, order(), order())

    assert len(two) - len(one) == len(one) - (4 if rules.format is Format.CNAB240 else 2)


@pytest.mark.parametrize("rules", CANCELLING, ids=name_of)
def test_a_cancellation_carries_its_code_and_no_optional_records(rules: Layout) -> None:
    lines = written(rules, order(movement=Movement.CANCEL, fine_rate=200, messages=("a", "b", "c")))

    start = 16 if rules.format is Format.CNAB240 else 109
    details = [each for each in lines[1:-1] if rules.format is Format.CNAB400 or each[7] == "3"]
    assert [at(each, start, start + 1) for each in details] == ["02"] * (2 if rules.format is Format.CNAB240 else 1)


def test_240_is_laid_out_as_febraban_says() -> None:
    changes: dict[str, object] = {
        "fine_rate": 200,
        "interest_rate": 100,
        "discount": Money(500),
        "discount_until": date(2026, 3, 15),
        "write_off_days": 60,
        "messages": ("Obrigado",),
        "pix_key": PIX_KEY,
        "pix_key_type": PixKey.RANDOM,
        "txid": "a" * 26,
        "species": Species.MERCHANT,
    }

    head, lot, p, q, r, y, lot_end, end = written(layout("085", Format.CNAB240), order(**changes))

    assert (at(head, 1, 8), at(head, 18, 32), at(head, 143, 166)) == ("08500000", "212345678000195", "110032026090507000042087")
    assert (at(lot, 1, 16), at(lot, 184, 199)) == ("08500011R01  045", "0000004210032026")
    assert at(p, 1, 17) == "0850001300001P 01"
    assert at(p, 18, 37) == "0123450000000678901 "
    assert (at(p, 38, 57), at(p, 62, 62), at(p, 63, 77)) == ("12345678".ljust(20), "Q", "77/1".ljust(15))
    assert (at(p, 78, 100), at(p, 107, 117)) == ("20032026000000000009990", "02N10032026")
    assert at(p, 118, 141) == "221032026000000000000100"
    assert at(p, 142, 165) == "115032026000000000000500"
    assert (at(p, 196, 220), at(p, 221, 229)) == ("ch_0001".ljust(25), "300106009")
    assert (at(q, 9, 14), at(q, 18, 33)) == ("00002Q", "1000052998224725")
    assert (at(q, 34, 73), at(q, 114, 153)) == ("JOSE D'AVILA".ljust(40), "CENTRO".ljust(15) + "37500000" + "ITAJUBA".ljust(15) + "MG")
    assert (at(r, 14, 14), at(r, 66, 89), at(r, 100, 139)) == ("R", "221032026000000000000200", "OBRIGADO".ljust(40))
    assert (at(y, 14, 19), at(y, 81, 158), at(y, 159, 193)) == ("Y 0103", "5" + PIX_KEY.ljust(77), ("a" * 26).ljust(35))
    assert (at(lot_end, 8, 8), at(lot_end, 18, 46)) == ("5", "00000600000100000000000009990")
    assert at(end, 1, 35) == "08599999" + " " * 9 + "000001000008000000"


def test_400_of_itau_is_laid_out_as_its_manual_says() -> None:
    head, detail, fine, end = written(layout("341", Format.CNAB400), order(fine_rate=200, interest_rate=100))

    assert at(head, 1, 38) == "01REMESSA01COBRANCA       123400678901"
    assert (at(head, 77, 100), at(head, 395, 400)) == ("341BANCO ITAU SA  100326", "000001")
    assert at(detail, 1, 29) == "10212345678000195123400678901"
    assert (at(detail, 38, 62), at(detail, 63, 70), at(detail, 84, 86)) == ("ch_0001".ljust(25), "01234567", "017")
    assert at(detail, 108, 142) == "I0177/1      2003260000000009990341"
    assert at(detail, 161, 173) == "0000000000003"  # 99.90 x 1 % / 30 = 3.33 cents
    assert at(detail, 219, 264) == "0100052998224725" + "JOSE D'AVILA".ljust(30)
    assert (at(fine, 1, 23), at(fine, 395, 400)) == ("22210320260000000000200", "000003")
    assert end == "9" + " " * 393 + "000004"


def test_santander_puts_the_number_the_head_and_the_pix_where_it_wants_them() -> None:
    rules = layout("033", Format.CNAB240)
    head, _lot, p, *_rest = written(rules, order())

    assert (at(head, 17, 47), at(p, 45, 57)) == ("2012345678000195123400012345678", "0000012345678")
    with_pix = order(pix_key=PIX_KEY, pix_key_type=PixKey.RANDOM, txid="b" * 30)
    _head, detail, pix, end = written(layout("033", Format.CNAB400), with_pix)
    assert at(detail, 63, 70) == "12345678"
    assert (at(pix, 1, 1), at(pix, 43, 120), at(pix, 121, 155)) == ("8", "5" + PIX_KEY.ljust(77), ("b" * 30).ljust(35))
    assert at(end, 1, 20) == "90000040000000009990"


@pytest.mark.parametrize(
    ("bank", "kind", "spans"),
    [
        ("001", Format.CNAB400, {(1, 1): "7", (39, 63): "ch_0001".ljust(25), (64, 80): "00000000001234567"}),
        ("104", Format.CNAB400, {(32, 56): "ch_0001".ljust(25), (57, 73): "00000000001234567", (22, 27): "012345"}),
        ("748", Format.CNAB400, {(48, 56): "012345678", (63, 70): "20260310", (149, 149): "J", (219, 220): "10"}),
        ("756", Format.CNAB400, {(63, 74): "000012345678", (161, 172): "010000020000", (107, 108): "01"}),
        ("041", Format.CNAB400, {(18, 30): "0000000012345", (63, 72): "0012345678", (322, 324): "020"}),
        ("237", Format.CNAB400, {(21, 37): "00170123400678901", (66, 82): "20200000012345678"}),
        ("133", Format.CNAB400, {(71, 82): "000012345678"}),
        ("077", Format.CNAB400, {(21, 37): "01712340000678901"[:17], (66, 66): "2", (80, 83): "0200", (90, 100): "00012345678"}),
        ("136", Format.CNAB400, {(63, 65): "136", (94, 105): "200000002001", (193, 203): "00012345678"}),
        ("104", Format.CNAB240, {(41, 57): "00000000001234567", (24, 30): "0012345"}),
        ("341", Format.CNAB240, {(38, 49): "017012345678", (127, 141): "000000000000003"}),
        ("237", Format.CNAB240, {(38, 57): "01700000000012345678"}),
        ("756", Format.CNAB240, {(38, 52): "001234567801014"}),
        ("001", Format.CNAB240, {(38, 57): "12345678".ljust(20)}),
    ],
)
def test_what_a_bank_wants_elsewhere_stands_there(bank: str, kind: Format, spans: dict[tuple[int, int], str]) -> None:
    lines = written(layout(bank, kind), order(fine_rate=200, interest_rate=100))

    detail = lines[2] if kind is Format.CNAB240 else lines[1]
    assert {span: at(detail, *span) for span in spans} == spans


def test_itau_registers_with_pix_under_a_code_of_its_own() -> None:
    lines = written(layout("341", Format.CNAB400), order(pix_key=PIX_KEY, pix_key_type=PixKey.RANDOM))

    assert at(lines[1], 109, 110) == "71"


def test_a_layout_refuses_what_it_has_no_instruction_for() -> None:
    with pytest.raises(RuleError) as refused:
        written(layout("077", Format.CNAB400), order(), order(movement=Movement.CANCEL))
    assert (refused.value.code, refused.value.params["order"]) == ("cnab_movement_unknown", 1)

    with pytest.raises(RuleError) as refused:
        written(layout("237", Format.CNAB400), order(pix_key=PIX_KEY))
    assert refused.value.params["movement"] == "PIX"


@pytest.mark.parametrize(
    ("bank", "kind", "movement", "code"),
    [
        ("104", Format.CNAB400, Movement.CHANGE_DUE, "05"),
        ("104", Format.CNAB400, Movement.GRANT_ABATEMENT, "03"),
        ("237", Format.CNAB400, Movement.CHANGE_DUE, "06"),
        ("237", Format.CNAB400, Movement.CHANGE_OTHER, "31"),
        ("001", Format.CNAB400, Movement.CHANGE_OTHER, None),
        ("341", Format.CNAB400, Movement.CHANGE_AMOUNT, None),
        ("341", Format.CNAB240, Movement.CHANGE_AMOUNT, None),
        ("756", Format.CNAB240, Movement.CHANGE_AMOUNT, "47"),
        ("756", Format.CNAB240, Movement.CANCEL_ABATEMENT, "05"),
    ],
)
def test_an_instruction_has_the_banks_own_code_or_none(bank: str, kind: Format, movement: Movement, code: str | None) -> None:
    if code is None:
        with pytest.raises(RuleError, match="cnab_movement_unknown"):
            written(layout(bank, kind), order(movement=movement))
    else:
        lines = written(layout(bank, kind), order(movement=movement))
        assert (at(lines[2], 16, 17) if kind is Format.CNAB240 else at(lines[1], 109, 110)) == code


def test_an_order_that_does_not_fit_is_named_and_nothing_is_written() -> None:
    with pytest.raises(RuleError) as refused:
        written(layout("341", Format.CNAB400), order(), order(nosso_numero="123456789"))

    assert refused.value.code == "cnab_value_refused"
    assert refused.value.params == {"record": "detail", "field": "nosso_numero", "reason": "too_long", "order": 1}


def test_a_remessa_without_orders_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        written(layout("341", Format.CNAB240))

    assert refused.value.code == "cnab_no_orders"


def test_fine_and_interest_count_from_the_day_after() -> None:
    due = date(2026, 12, 31)
    lines = written(layout("237", Format.CNAB240), order(due_on=due, fine_rate=200, interest_rate=100))

    assert at(lines[2], 119, 126) == at(lines[4], 67, 74) == f"{due + timedelta(days=1):%d%m%Y}"
