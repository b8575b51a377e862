"""The bank's own arithmetic against vectors that others published."""

import datetime

import pytest

from sandbox.bank import codes
from sandbox.bank.clock import easter, is_business_day, next_business_day


def test_the_crc_of_the_standard_test_string() -> None:
    assert codes.crc16("123456789") == "29B1"


def test_a_published_boleto_gives_its_barcode_and_its_line() -> None:
    # Banco do Brasil, convênio of 7 digits, R$ 306,52, due 2016-10-26.
    code = codes.barcode("001", datetime.date(2016, 10, 26), 30652, "0000001234567000000000417")

    assert code == "00196695900000306520000001234567000000000417"
    assert codes.typeable(code) == "00190000090123456700400000004176669590000030652"
    assert codes.from_typeable(codes.typeable(code)) == code


@pytest.mark.parametrize(
    ("day", "factor"),
    [("2000-07-03", 1000), ("2025-02-21", 9999), ("2025-02-22", 1000), ("2026-12-10", 1656), ("2049-10-13", 9999), ("2049-10-14", 1000)],
)
def test_the_due_factor_begins_again(day: str, factor: int) -> None:
    assert codes.due_factor(datetime.date.fromisoformat(day)) == factor


def test_a_br_code_carries_its_addresses_and_a_right_crc() -> None:
    text = codes.br_code("Provedor São João", "São Paulo", "banco.test/qr/v2/cobv/abc", "banco.test/qr/v2/rec/def")

    assert "5917Provedor Sao Joao" in text and "6009Sao Paulo" in text
    assert text[-4:] == codes.crc16(text[:-4])
    assert codes.br_code_urls(text) == ["banco.test/qr/v2/cobv/abc", "banco.test/qr/v2/rec/def"]
    assert codes.br_code_urls(text[:-1] + "X") == []


@pytest.mark.parametrize(
    ("document", "is_valid"),
    [
        ("52998224725", True),
        ("52998224724", False),
        ("11111111111", False),
        ("529.982.247-25", False),
        ("11222333000181", True),
        ("11222333000182", False),
        ("12ABC34501DE35", True),
        ("12ABC34501DE36", False),
        ("", False),
    ],
)
def test_documents_have_their_check_digits(document: str, is_valid: bool) -> None:
    assert codes.document_is_valid(document) is is_valid


def test_business_days_know_carnival_and_corpus_christi() -> None:
    assert easter(2026) == datetime.date(2026, 4, 5)
    assert not is_business_day(datetime.date(2026, 2, 17)) and not is_business_day(datetime.date(2026, 6, 4))
    assert next_business_day(datetime.date(2026, 10, 10)) == datetime.date(2026, 10, 13)
