"""Every row of payments.md §1.4, through compose."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from malha.domain.banks import all_banks, bank
from malha.domain.boleto import Bank, BankAccount, Boleto, compose, parse_barcode, parse_linha
from malha.domain.boleto.bank import NossoNumero
from malha.domain.errors import RuleError
from malha.domain.money import Money

EXAMPLES = json.loads((Path(__file__).parent.parent / "vectors/boletos-examples.json").read_text())["casos"]
SEU_NUMERO = "1234567"
DUE = date(2026, 3, 10)

# What an example calls a field, and what we do. Carteira of Caixa ("RG/14") is said by modalidade; conta of Santander, Banrisul,
# Inter, Sicredi and Sicoob is in no campo livre.
NAMES = {
    "agencia": "branch",
    "conta": "account",
    "conta_dv": "account_dv",
    "carteira": "carteira",
    "modalidade": "modalidade",
    "operacao": "operacao",
    "posto": "posto",
    "byte": "byte",
    "tipo_cobranca": "variant",
    "tipo_produto": "variant",
    "incremento": "variant",
    "layout": "variant",
}
CONVENIO = ("001", "085")


def example_account(code: str, given: dict[str, str]) -> BankAccount:
    values = {NAMES[name]: value for name, value in given.items() if name in NAMES}
    if "convenio" in given:
        values["convenio" if code in CONVENIO else "codigo_beneficiario"] = given["convenio"]
    return BankAccount(**values)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_examples_of_other_programs_come_out_the_same(example: dict[str, dict[str, str]]) -> None:
    code, given, expected = str(example["banco"]), example["entrada"], example["esperado"]
    account, own = example_account(code, given), bank(code)
    number = own.nosso_numero(account, int(given["nosso_numero"]), 2000 + int(given.get("ano", "0")))

    boleto = compose(own, account, number, date.fromisoformat(str(example["vencimento"])), Money.from_json(str(example["valor"])))

    assert boleto.barcode == expected["codigo_barras"]
    assert boleto.linha_digitavel == expected["linha_digitavel"]
    assert boleto.parts.campo_livre == expected["campo_livre"]
    assert f"{boleto.parts.factor:04d}" == expected["fator_vencimento"]
    assert boleto.parts.dv == expected["dv_geral"]
    assert number.printed == expected.get("nosso_numero_formatado", number.printed)


# Check digits in these were computed by hand from the rules of §1.4, not by the code under test.
ROWS = [
    ("001", BankAccount(branch="1234", account="123456", convenio="1234567", carteira="17"), "0000001234567000000000117", ""),
    ("001", BankAccount(branch="1234", account="123456", convenio="123456", carteira="17"), "1234560000112340012345617", "7"),
    ("001", BankAccount(branch="1234", account="1", convenio="123456", carteira="18", variant="21"), "1234560000000000000000121", ""),
    ("001", BankAccount(branch="1234", account="123456", convenio="1234", carteira="17"), "1234000000112340012345617", "1"),
    ("001", BankAccount(branch="1234", account="123456", convenio="12345678", carteira="17"), "0000001234567800000000117", ""),
    ("004", BankAccount(branch="12", account="345", account_dv="6", carteira="51"), "0012000034560000001951000", "9"),
    ("033", BankAccount(codigo_beneficiario="5123456", carteira="101"), "9512345600000000000190101", "9"),
    ("077", BankAccount(carteira="110", operacao="1234567"), "0001110123456700000000014", "4"),
    ("084", BankAccount(branch="1234", account="123456", carteira="09"), "1234090000000000101234560", "1"),
    ("085", BankAccount(convenio="101004", account="1234567", account_dv="8", carteira="01"), "1010041234567800000000101", ""),
    ("104", BankAccount(codigo_beneficiario="1234567", modalidade="24"), "1234567000200040000000018", "2"),
    ("133", BankAccount(branch="4321", account="87654", carteira="09"), "4321090000000000100876540", "1"),
    ("136", BankAccount(branch="1234", account="123456", account_dv="7", carteira=""), "1234000123456700000000019", "9"),
    ("237", BankAccount(branch="1234", account="123456", carteira="09"), "1234090000000000101234560", "1"),
    ("336", BankAccount(codigo_beneficiario="123456", carteira="10"), "0000001234560000000001104", "2"),
    ("341", BankAccount(branch="0810", account="98765", carteira="112"), "1120000000120810987651000", "2"),
    ("341", BankAccount(branch="0810", account="98765", carteira="126"), "1260000000110810987651000", "1"),
    ("422", BankAccount(branch="12", branch_dv="3", account="456", account_dv="7"), "7001230000045670000000192", "9"),
    ("655", BankAccount(account="12345", carteira="500"), "0000012345500000000000100", ""),
    ("707", BankAccount(branch="0001", carteira="121", operacao="1234567"), "0001121123456700000000011", "1"),
    ("021", BankAccount(account="1234", account_dv="5", variant="4"), "0000000100000012345402163", ""),
    ("070", BankAccount(branch="58", account="600200", carteira="1"), "0000580600200100000107024", "24"),
    ("341", BankAccount(branch="810", account="98765", carteira="198", codigo_beneficiario="12345"), "1980000000112345671234540", "1"),
]


@pytest.mark.parametrize(("code", "account", "campo_livre", "dv"), ROWS)
def test_every_row_of_the_table(code: str, account: BankAccount, campo_livre: str, dv: str) -> None:
    own = bank(code)
    number = own.nosso_numero(account, 1, 2026)

    boleto = compose(own, account, number, DUE, Money(11990), seu_numero=SEU_NUMERO)

    assert (boleto.parts.campo_livre, number.dv) == (campo_livre, dv)
    assert parse_barcode(boleto.barcode) == parse_linha(boleto.linha) == boleto.parts


def test_every_bank_of_the_table_is_exercised() -> None:
    exercised = {row[0] for row in ROWS} | {str(example["banco"]) for example in EXAMPLES}

    assert {each.code for each in all_banks()} - exercised == {"364"}


@pytest.mark.parametrize(
    ("code", "account", "sequence", "dv"),
    [
        # Where banks differ: 40 is 4 x 3 = 12, rest 1; 14 is 4 x 2 + 1 x 3 = 11, rest 0.
        ("033", BankAccount(codigo_beneficiario="1", carteira="101"), 40, "0"),
        ("422", BankAccount(branch="1", branch_dv="1", account="1", account_dv="1"), 40, "0"),
        ("033", BankAccount(codigo_beneficiario="1", carteira="101"), 14, "0"),
        ("422", BankAccount(branch="1", branch_dv="1", account="1", account_dv="1"), 14, "1"),
        # 9 x 7 of the carteira and 2 x 2 are 67, rest 1; with 7 x 2 they are 77, rest 0.
        ("237", BankAccount(branch="1", account="1", carteira="09"), 2, "P"),
        ("133", BankAccount(branch="1", account="1", carteira="09"), 2, "P"),
        ("237", BankAccount(branch="1", account="1", carteira="09"), 7, "0"),
    ],
)
def test_where_eleven_and_ten_have_no_digit(code: str, account: BankAccount, sequence: int, dv: str) -> None:
    assert bank(code).nosso_numero(account, sequence, 2026).dv == dv


NUMBERED_BY_BANK = [("364", BankAccount()), ("077", BankAccount(carteira="112", operacao="1")), ("748", BankAccount(byte="1"))]


@pytest.mark.parametrize(("code", "account"), NUMBERED_BY_BANK)
def test_what_the_bank_numbers_is_not_composed(code: str, account: BankAccount) -> None:
    assert not bank(code).can_compose(account)
    with pytest.raises(RuleError, match="boleto_not_composed"):
        bank(code).nosso_numero(account, 1, 2026)
    with pytest.raises(RuleError, match="boleto_not_composed"):
        bank(code).campo_livre(account, NossoNumero("1", "", "1"))


def shape(*names: str) -> list[tuple[str, object]]:
    return [("account_field_shape", name) for name in names]


def digit(*names: str) -> list[tuple[str, object]]:
    return [("account_check_digit", name) for name in names]


def problems(code: str, account: BankAccount) -> list[tuple[str, object]]:
    return [(problem.code, problem.params["field"]) for problem in bank(code).check(account)]


def test_every_problem_of_an_account_is_named() -> None:
    good = BankAccount(branch="1234", account="123456", carteira="09")

    assert problems("237", good) == []
    assert problems("237", BankAccount()) == [("account_field_missing", name) for name in ("branch", "account", "carteira")]
    assert problems("237", replace(good, branch="12345", account="12-3")) == shape("branch", "account")
    # 1234 by 5, 4, 3, 2 is 30, rest 8; 123456 by 7 to 2 is 77, rest 0.
    assert problems("237", replace(good, branch_dv="3", account_dv="0")) == []
    assert problems("237", replace(good, branch_dv="4", account_dv="P")) == digit("branch_dv", "account_dv")
    assert problems("033", BankAccount(codigo_beneficiario="1", carteira="103")) == [("account_field_choice", "carteira")]
    assert problems("001", BankAccount(branch="1", account="1", carteira="17", convenio="12345")) == shape("convenio")
    assert problems("001", BankAccount(branch="1", account="1", carteira="17", convenio="123456", variant="21")) == [
        ("account_field_choice", "variant")
    ]
    assert problems("341", BankAccount(branch="0810", account="98765", account_dv="1", carteira="109")) == []
    assert problems("341", BankAccount(branch="0810", account="98765", account_dv="2", carteira="198")) == [
        ("account_check_digit", "account_dv"),
        ("account_field_missing", "codigo_beneficiario"),
    ]


def test_a_check_digit_that_enters_the_campo_livre_is_a_digit() -> None:
    assert problems("085", BankAccount(convenio="1", account="1", account_dv="X", carteira="1")) == shape("account_dv")


def test_limits_of_the_counter_and_unknown_banks() -> None:
    sicoob, account = bank("756"), BankAccount(branch="4277", codigo_beneficiario="172278")

    assert sicoob.nosso_numero(account, sicoob.max_sequence(account), 2026).number == "9999999"
    for sequence in (0, 10_000_000):
        with pytest.raises(RuleError, match="nosso_numero_out_of_range"):
            sicoob.nosso_numero(account, sequence, 2026)
    with pytest.raises(RuleError, match="parcela_out_of_range"):
        compose(sicoob, account, sicoob.nosso_numero(account, 1, 2026), DUE, Money(1), parcela=0)
    with pytest.raises(RuleError, match="bank_unknown"):
        bank("999")


def test_the_seu_numero_of_itau_is_digits() -> None:
    account = BankAccount(branch="810", account="98765", carteira="198", codigo_beneficiario="12345")
    number = bank("341").nosso_numero(account, 1, 2026)

    with pytest.raises(RuleError, match="seu_numero_invalid"):
        compose(bank("341"), account, number, DUE, Money(1), seu_numero="A1")


def test_sicredi_says_whether_there_is_an_amount() -> None:
    sicredi, account = bank("748"), BankAccount(branch="0156", posto="05", codigo_beneficiario="85305")
    number = sicredi.nosso_numero(account, 6, 2019)

    assert compose(sicredi, account, number, DUE, Money(1)).parts.campo_livre[22] == "1"
    assert compose(sicredi, account, number, None, Money(0)).parts.campo_livre[22] == "0"


@pytest.mark.parametrize("cents", [-1, 10_000_000_000])
def test_an_amount_that_has_no_place_is_refused(cents: int) -> None:
    with pytest.raises(RuleError, match="boleto_amount_out_of_range"):
        compose(bank("033"), ROWS[6][1], bank("033").nosso_numero(ROWS[6][1], 1, 2026), DUE, Money(cents))


# -- any bank, any account -----------------------------------------------------------------------


@st.composite
def boletos(draw: st.DrawFn) -> Boleto:
    own: Bank = draw(st.sampled_from([each for each in all_banks() if each.code != "364"]))
    values = {}
    for field in own.fields:
        if not field.is_check_digit or field.required:
            digits = st.text("0123456789", min_size=1, max_size=field.digits)
            values[field.name] = draw(st.sampled_from(field.choices) if field.choices else digits)
    account = BankAccount(**values)
    if own.code == "001":
        account = replace(account, convenio=draw(st.sampled_from(["1234", "123456", "1234567"])), variant="")
    assume(own.can_compose(account) and not own.check(account))
    number = own.nosso_numero(account, draw(st.integers(1, own.max_sequence(account))), 2026)
    due = draw(st.none() | st.dates(date(2000, 7, 3), date(2060, 1, 1)))
    return compose(own, account, number, due, Money(draw(st.integers(0, 9_999_999_999))), seu_numero=SEU_NUMERO)


@given(boletos())
def test_barcode_and_linha_say_the_same(boleto: Boleto) -> None:
    assert parse_barcode(boleto.barcode) == parse_linha(boleto.linha) == boleto.parts
    assert (len(boleto.barcode), len(boleto.linha)) == (44, 47)


def altered(digits: str, places: range) -> Iterator[str]:
    for place in places:
        yield f"{digits[:place]}{(int(digits[place]) + 1 + place % 9) % 10}{digits[place + 1 :]}"


@given(boletos())
def test_one_altered_digit_is_refused(boleto: Boleto) -> None:
    # Where the general digit is 1 the standard itself cannot see every alteration of factor and amount.
    is_sure = boleto.parts.dv != "1"

    for digits in altered(boleto.linha, range(47 if is_sure else 33)):
        with pytest.raises(RuleError):
            parse_linha(digits)
    for digits in altered(boleto.barcode, range(44 if is_sure else 0)):
        with pytest.raises(RuleError):
            parse_barcode(digits)
