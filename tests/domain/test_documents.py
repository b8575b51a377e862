import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.documents import (
    UF_NAMES,
    UFS,
    DocumentKind,
    check_digit,
    document_kind,
    format_cep,
    format_document,
    is_valid_document,
    mask_document,
    normalize_cep,
    normalize_cnpj,
    normalize_cpf,
    normalize_document,
    normalize_uf,
)
from malha.domain.errors import RuleError

CPF_WEIGHTS = (11, 10, 9, 8, 7, 6, 5, 4, 3, 2)
CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
ALPHANUMERICS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def closed(base: str, weights: tuple[int, ...]) -> str:
    first = f"{base}{check_digit(base, weights)}"
    return f"{first}{check_digit(first, weights)}"


def bases(signs: str, length: int) -> st.SearchStrategy[str]:
    return st.text(signs, min_size=length, max_size=length).filter(lambda base: len(set(base)) > 1)


cpfs = bases("0123456789", 9).map(lambda base: closed(base, CPF_WEIGHTS))
cnpjs = bases(ALPHANUMERICS, 12).map(lambda base: closed(base, CNPJ_WEIGHTS))


@pytest.mark.parametrize("typed", ["529.982.247-25", "52998224725", " 529 982 247 25 ", "529.982.247/25", "529.982.247\u201325"])
def test_a_cpf_in_any_punctuation(typed: str) -> None:
    assert normalize_cpf(typed) == "52998224725"


@pytest.mark.parametrize("digit", "0123456789")
def test_a_repeated_digit_is_nobodys_cpf(digit: str) -> None:
    with pytest.raises(RuleError, match="cpf_repeated"):
        normalize_cpf(digit * 11)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("529.982.247-24", "cpf_check_digit"),
        ("529.982.247-15", "cpf_check_digit"),
        ("5299822472", "cpf_shape"),
        ("529982247250", "cpf_shape"),
        ("5299822472X", "cpf_shape"),
        ("٥٢٩٩٨٢٢٤٧٢٥", "cpf_shape"),
        ("", "cpf_shape"),
    ],
)
def test_a_wrong_cpf_is_refused_with_a_code(typed: str, code: str) -> None:
    with pytest.raises(RuleError, match=code):
        normalize_cpf(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("11.222.333/0001-81", "11222333000181"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),  # the Receita Federal's own example
        ("12.abc.345/01de-35", "12ABC34501DE35"),
    ],
)
def test_numeric_and_alphanumeric_cnpj(typed: str, stored: str) -> None:
    assert normalize_cnpj(typed) == stored
    assert normalize_document(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12ABC34501DE36", "cnpj_check_digit"),
        ("11222333000180", "cnpj_check_digit"),
        ("00000000000000", "cnpj_repeated"),
        ("11111111111111", "cnpj_repeated"),
        ("12ABC34501DEAB", "cnpj_shape"),
        ("12ÁBC34501DE35", "cnpj_shape"),
        ("1122233300018", "cnpj_shape"),
        ("", "cnpj_shape"),
    ],
)
def test_a_wrong_cnpj_is_refused_with_a_code(typed: str, code: str) -> None:
    with pytest.raises(RuleError, match=code):
        normalize_cnpj(typed)


@given(cpfs)
def test_valid_cpfs_survive_formatting(cpf: str) -> None:
    assert normalize_document(format_document(cpf)) == cpf
    assert document_kind(cpf) is DocumentKind.CPF
    assert mask_document(cpf)[4:11] == format_document(cpf)[4:11]


@given(cnpjs)
def test_valid_cnpjs_survive_formatting_and_lower_case(cnpj: str) -> None:
    assert normalize_document(format_document(cnpj).lower()) == cnpj
    assert document_kind(cnpj) is DocumentKind.CNPJ


@given(cpfs, st.integers(0, 10), st.integers(1, 9))
def test_one_mistyped_digit_of_a_cpf_is_noticed(cpf: str, at: int, shift: int) -> None:
    wrong = cpf[:at] + str((int(cpf[at]) + shift) % 10) + cpf[at + 1 :]

    # Modulo 11 folds 10 into 0, so a rare slip in a single digit keeps both check digits right.
    assert not is_valid_document(wrong) or "0" in cpf[9:] + wrong[9:]


def test_masks_show_the_middle_only() -> None:
    assert mask_document("04248231000") == "***.482.310-**"
    assert mask_document("12345678000195") == "12.345.678/****-**"
    assert mask_document("1234") == "****"
    assert mask_document("") == ""


def test_neither_length_is_neither_document() -> None:
    with pytest.raises(RuleError, match="document_shape"):
        normalize_document("123")
    assert document_kind("123") is None
    assert format_document("123") == "123"
    assert not is_valid_document("11111111111")


@pytest.mark.parametrize("typed", ["37500-000", "37500000", " 37.500-000 "])
def test_cep(typed: str) -> None:
    assert normalize_cep(typed) == "37500000"
    assert format_cep("37500000") == "37500-000"


@pytest.mark.parametrize("typed", ["3750000", "00000-000", "37500-00A", "", "375000000"])
def test_a_wrong_cep_is_refused(typed: str) -> None:
    with pytest.raises(RuleError, match="cep_shape"):
        normalize_cep(typed)


def test_anything_else_is_not_formatted_as_cep() -> None:
    assert format_cep("123") == "123"


def test_there_are_27_federal_units() -> None:
    assert len(UFS) == 27
    assert list(UFS) == sorted(UFS)
    assert UF_NAMES["MG"] == "Minas Gerais"
    assert normalize_uf(" mg ") == "MG"
    with pytest.raises(RuleError, match="uf_unknown"):
        normalize_uf("XX")
