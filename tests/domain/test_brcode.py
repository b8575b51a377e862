import json
import re
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malha.domain.brcode import BrCode, check_cob_txid, decode, dynamic_code, encode, fold, recurrence_code, static_code, txid_for
from malha.domain.emv import crc16, seal
from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.domain.pix_keys import PixKeyKind, pix_key

EXAMPLES = json.loads((Path(__file__).parent / "vectors/brcode-examples.json").read_text())["validos"]
PLAIN = EXAMPLES[1]["payload"]
FIELDS = {"chave": "key", "info_adicional": "info", "mcc": "mcc", "nome": "name", "cidade": "city", "txid": "txid", "url": "location"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["fonte"])
def test_examples_are_read(example: dict[str, object]) -> None:
    payload, expected = str(example["payload"]), example["esperado"]
    assert isinstance(expected, dict)

    read = decode(payload)

    assert {name: getattr(read, ours) for name, ours in FIELDS.items() if name in expected} == {
        name: expected[name] for name in FIELDS if name in expected
    }
    assert (read.amount.as_json() if read.amount else None) == expected.get("valor")
    assert read.initiation == expected.get("ponto_iniciacao", "")
    assert payload.endswith(expected["crc"])
    # Written again it is the same, but for the case of the GUI, which some write large.
    assert encode(read)[:-4].lower() == payload[:-4].lower()


def test_crc_of_the_manual() -> None:
    manual = (
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
        "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***6304"
    )

    assert (crc16("123456789"), crc16(manual)) == ("29B1", "1D3D")


def test_a_static_code_is_written_from_what_people_type() -> None:
    said = {"info": "Mensalidade novembro", "txid": "COB202611000042"}

    code = static_code("Financeiro@Provedor.example", "Provedór  Exemplo", "Monte Claro", amount=Money(11990), **said)

    assert code == PLAIN


def test_names_are_folded_and_cut() -> None:
    read = decode(static_code("529.982.247-25", "Associação dos Irmãos Conceição Ltda", "São José do Rio Preto"))

    assert (read.name, read.city, read.key) == ("Associacao dos Irmaos Con", "Sao Jose do Rio", "52998224725")
    assert fold("– 日本 – Ação\x00", 25) == "Acao"


PAY, REC = "pix.example.com/qr/v2/1234", "pix.example.com/rec/99"


def test_composites_of_pix_automatico() -> None:
    alone = decode(recurrence_code(f"https://{REC}", "Fulano", "Brasilia"))
    with_static = decode(static_code("52998224725", "Fulano", "Brasilia", amount=Money(1), recurrence=REC))
    with_dynamic = decode(dynamic_code(f"https://{PAY}", "Fulano", "Brasilia", recurrence=REC, initiation="12"))

    assert (alone.key, alone.location, alone.recurrence) == ("", "", REC)
    assert (with_static.key, with_static.amount, with_static.recurrence) == ("52998224725", Money(1), REC)
    assert (with_dynamic.location, with_dynamic.recurrence, with_dynamic.initiation) == (PAY, REC, "12")
    with pytest.raises(RuleError, match="brcode_hosts_differ"):
        dynamic_code(PAY, "Fulano", "Brasilia", recurrence="other.example.com/rec/99")


def swap(old: str, new: str) -> str:
    body = PLAIN[:-8]
    assert old in body
    return seal(body.replace(old, new))


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (PLAIN[:-1], "brcode_crc"),
        (PLAIN[:-4] + "0000", "brcode_crc"),
        (PLAIN[:-4] + PLAIN[-4:].lower(), "brcode_crc"),
        (PLAIN.replace("Monte", "Mônte"), "brcode_characters"),
        ("", "brcode_crc"),
        (swap("5916Provedor", "5917Provedor"), "brcode_length"),
        (swap("5802BR", "5802BR5802BR"), "brcode_duplicate"),
        (swap("000201", "000202"), "brcode_not_pix"),
        (swap("br.gov.bcb.pix", "br.gov.bcb.xip"), "brcode_not_pix"),
        (swap("5303986", "5303840"), "brcode_field"),
        (swap("5802BR", "5802US"), "brcode_field"),
        (swap("6011Monte Claro", ""), "brcode_field"),
        (swap("52040000", "5204000A"), "brcode_field"),
        (swap("5406119.90", "54040.00"), "brcode_amount"),
        (swap("5406119.90", "5406119,90"), "brcode_amount"),
        (swap("62190515COB202611000042", "62190515COB-02611000042"), "brcode_txid"),
        (swap("5916Provedor Exemplo", "5926Provedor Exemplo ProvedorX"), "brcode_field"),
        (swap("6011Monte Claro", "6016Monte Claro 1234"), "brcode_field"),
    ],
)
def test_a_wrong_code_is_refused(code: str, refused: str) -> None:
    with pytest.raises(RuleError, match=refused):
        decode(code)


def test_the_order_of_objects_is_free_and_strangers_are_passed_over() -> None:
    moved = seal(PLAIN[:-8].replace("5802BR", "").replace("52040000", "5802BR520400002704000100").replace("2704000100", "64040001"))

    assert decode(moved) == decode(PLAIN)


def test_the_amount_of_a_dynamic_code_is_ignored() -> None:
    dynamic = EXAMPLES[4]["payload"]

    assert decode(seal(dynamic[:-8].replace("5802BR", "540499.95802BR"))).amount is None


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, "brcode_content"),
        ({"key": "k", "location": PAY}, "brcode_content"),
        ({"location": PAY, "amount": Money(1)}, "brcode_field"),
        ({"key": "k", "amount": Money(0)}, "brcode_amount"),
        ({"key": "k", "amount": Money(10**12)}, "brcode_amount"),
        ({"key": "k", "txid": "x" * 26}, "brcode_txid"),
        ({"key": "k" * 78}, "brcode_field"),
        ({"location": f"https://{PAY}"}, "brcode_field"),
        ({"location": f"{PAY}{'x' * 60}"}, "brcode_field"),
        ({"key": "k", "name": ""}, "brcode_field"),
    ],
)
def test_limits_hold_when_writing(fields: dict[str, object], refused: str) -> None:
    with pytest.raises(RuleError, match=refused):
        BrCode(**({"name": "N", "city": "C"} | fields))  # type: ignore[arg-type]


def test_key_and_info_share_99_characters() -> None:
    with pytest.raises(RuleError, match="brcode_object_length"):
        static_code(f"{'a' * 50}@example.com", "N", "C", info="x" * 40)


texts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=15)
codes = st.builds(
    BrCode,
    name=texts,
    city=texts,
    key=texts,
    info=texts,
    amount=st.none() | st.integers(1, 10**12 - 1).map(Money),
    txid=st.from_regex(r"[A-Za-z0-9]{1,25}", fullmatch=True),
)


@given(codes)
def test_what_is_written_is_read_and_written_again(code: BrCode) -> None:
    assert decode(encode(code)) == code
    assert encode(decode(encode(code))) == encode(code)


@given(codes, st.data())
def test_a_single_changed_character_is_refused(code: BrCode, data: st.DataObject) -> None:
    text = encode(code)
    place = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.characters(min_codepoint=32, max_codepoint=255).filter(lambda sign: sign != text[place]))

    with pytest.raises(RuleError):
        decode(f"{text[:place]}{sign}{text[place + 1 :]}")


def test_txids() -> None:
    one = UUID("3f2b8c1e-5a7d-4e9f-8b6a-0c1d2e3f4a5b")

    assert re.fullmatch("[0-9a-f]{32}", txid_for(one))
    assert txid_for(one) == txid_for(UUID(str(one).upper())) == check_cob_txid(txid_for(one))
    assert txid_for(one) != txid_for(UUID(int=one.int + 1))
    for wrong in ("x" * 25, "x" * 36, "x" * 25 + "-"):
        with pytest.raises(RuleError, match="cob_txid_shape"):
            check_cob_txid(wrong)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        (" Caixa@Provedor.EXAMPLE ", PixKeyKind.EMAIL, "caixa@provedor.example"),
        ("529.982.247-25", PixKeyKind.CPF, "52998224725"),
        ("12.abc.345/01de-35", PixKeyKind.CNPJ, "12ABC34501DE35"),
        ("(35) 98800-0204", PixKeyKind.PHONE, "+5535988000204"),
        ("+55 35 3621-0204", PixKeyKind.PHONE, "+553536210204"),
        ("3F2B8C1E-5A7D-4E9F-8B6A-0C1D2E3F4A5B", PixKeyKind.EVP, "3f2b8c1e-5a7d-4e9f-8b6a-0c1d2e3f4a5b"),
    ],
)
def test_keys_are_known_by_their_form(typed: str, kind: PixKeyKind, value: str) -> None:
    assert (pix_key(typed).kind, pix_key(typed).value) == (kind, value)
    assert pix_key(value) == pix_key(typed, kind)


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("", "pix_key_kind"),
        ("joao", "pix_key_kind"),
        ("a@b@c", "pix_key_shape"),
        ("11111111111", "cpf_repeated"),
        ("+5508001234567", "pix_key_shape"),
    ],
)
def test_what_is_no_key_is_refused(typed: str, refused: str) -> None:
    with pytest.raises(RuleError, match=refused):
        pix_key(typed)
