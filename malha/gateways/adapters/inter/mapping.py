"""Banco Inter's payloads and ours. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from malha.domain.errors import RuleError
from malha.domain.money import Money
from malha.gateways.base import (
    Channel,
    Kind,
    Notice,
    NoticeKind,
    Order,
    Payer,
    PermanentFailure,
    Registered,
    RemotePayment,
    RemoteStatus,
    Status,
)

NUMBER_LENGTH: Final = 15  # of seuNumero
AGENDA_DAYS: Final = 60  # the longest they keep a charge after its due date
STATUSES: Final = {
    "EM_PROCESSAMENTO": Status.PENDING,
    "A_RECEBER": Status.REGISTERED,
    "ATRASADO": Status.REGISTERED,
    "PROTESTO": Status.REGISTERED,
    "RECEBIDO": Status.PAID,
    "MARCADO_RECEBIDO": Status.PAID,
    "CANCELADO": Status.CANCELLED,
    "EXPIRADO": Status.EXPIRED,
    "FALHA_EMISSAO": Status.REJECTED,
}
CHANNELS: Final = {"BOLETO": Channel.BOLETO, "PIX": Channel.PIX}
# Parts of the property that was refused, the first that fits counts.
PROPERTIES: Final = (
    ("cpfcnpj", "payer_document_invalid"),
    ("datavencimento", "due_date_invalid"),
    ("cep", "payer_cep_invalid"),
    ("email", "payer_email_invalid"),
    ("pagador.nome", "payer_name_invalid"),
    ("pagador", "payer_address_invalid"),
    ("desconto", "discount_invalid"),
    ("valornominal", "amount_invalid"),
)


@contextmanager
def reading() -> Iterator[None]:
    """What does not have the promised shape is PermanentFailure("protocol")."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, RuleError) as error:
        raise PermanentFailure("protocol", f"the answer is not as promised: {type(error).__name__}") from error


def number(reference: str) -> str:
    """What fits of our reference: 60 bits of it."""
    return reference[:NUMBER_LENGTH]


def order_body(order: Order) -> dict[str, Any]:
    """Fine in percent, interest in percent a month, discount in reais until so many days before the due date."""
    body: dict[str, Any] = {
        "seuNumero": number(order.reference),
        "valorNominal": order.amount,
        "dataVencimento": order.due_date.isoformat(),
        "numDiasAgenda": min(order.write_off_days, AGENDA_DAYS),
        "pagador": payer_body(order.payer),
        "formasRecebimento": ["BOLETO"] if order.kind is Kind.BOLETO else ["BOLETO", "PIX"],
    }
    if order.fine_basis_points:
        body["multa"] = {"codigo": "PERCENTUAL", "taxa": Money(order.fine_basis_points)}
    if order.interest_basis_points:
        body["mora"] = {"codigo": "TAXAMENSAL", "taxa": Money(order.interest_basis_points)}
    if order.discount:
        days = max((order.due_date - (order.discount_until or order.due_date)).days, 0)
        body["desconto"] = {"codigo": "VALORFIXODATAINFORMADA", "quantidadeDias": days, "valor": order.discount}
    lines = [line[:78] for line in (order.description, *order.instructions) if line][:5]
    if lines:
        body["mensagem"] = {f"linha{index}": line for index, line in enumerate(lines, 1)}
    return body


def payer_body(payer: Payer) -> dict[str, str]:
    """Without what is empty."""
    person = "FISICA" if len(payer.document) == 11 else "JURIDICA"
    given = {
        "cpfCnpj": payer.document,
        "tipoPessoa": person,
        "nome": payer.name[:100],
        "email": payer.email,
        "ddd": payer.phone[:2],
        "telefone": payer.phone[2:],
        "endereco": payer.street[:90],
        "numero": payer.number[:10],
        "complemento": payer.complement[:30],
        "bairro": payer.district[:60],
        "cidade": payer.city[:60],
        "uf": payer.uf,
        "cep": payer.cep,
    }
    return {name: value for name, value in given.items() if value}


def code(answer: Any) -> str:
    """The code of what was asked for."""
    with reading():
        return str(answer["codigoSolicitacao"])


def found(answer: Any, wanted: str) -> str:
    """The code of the charge with this number, a living one first; empty when there is none."""
    with reading():
        mine = [row["cobranca"] for row in answer["cobrancas"] if row["cobranca"]["seuNumero"] == wanted]
        mine.sort(key=lambda row: row["situacao"] in ("CANCELADO", "EXPIRADO", "FALHA_EMISSAO"))
        return str(mine[0]["codigoSolicitacao"]) if mine else ""


def remote_status(answer: Any) -> RemoteStatus:
    """As it is now. Raises PermanentFailure("unknown_status")."""
    with reading():
        charge = answer["cobranca"]
        word = str(charge["situacao"])
        if word not in STATUSES:
            raise PermanentFailure("unknown_status", word)
        now = STATUSES[word]
        paid = (payment(charge),) if now is Status.PAID else ()
        words = str(charge.get("motivoCancelamento") or word)
        reason = "refused" if now is Status.REJECTED else ""
        return RemoteStatus(now, paid, registered=registered(answer, now), reason=reason, words=words)


def registered(answer: Mapping[str, Any], now: Status) -> Registered:
    """With the codes that are there yet."""
    boleto, pix = answer.get("boleto") or {}, answer.get("pix") or {}
    return Registered(
        remote_id=str(answer["cobranca"]["codigoSolicitacao"]),
        status=now,
        nosso_numero=str(boleto.get("nossoNumero") or ""),
        codigo_barras=str(boleto.get("codigoBarras") or ""),
        linha_digitavel=str(boleto.get("linhaDigitavel") or ""),
        pix_copia_e_cola=str(pix.get("pixCopiaECola") or ""),
        raw=dict(answer),
    )


def payment(charge: Mapping[str, Any]) -> RemotePayment:
    """One charge is paid once there: its code is the payment's id. MARCADO_RECEBIDO is money that the bank did not carry."""
    on = date.fromisoformat(str(charge.get("dataSituacao") or charge.get("dataHoraSituacao"))[:10])
    by_hand = charge["situacao"] == "MARCADO_RECEBIDO"
    return RemotePayment(
        remote_id=str(charge["codigoSolicitacao"]),
        paid=money(charge["valorTotalRecebido"]),
        paid_on=on,
        channel=Channel.OTHER if by_hand else CHANNELS.get(str(charge.get("origemRecebimento")), Channel.OTHER),
    )


def money(value: Any) -> Money:
    """A number that was kept as text, or a whole one."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise TypeError("not an amount")
    return Money.from_json(str(value))


def notices(body: Any) -> list[Notice]:
    """One for each row. The number is a piece of our reference, so the code alone says which charge."""
    with reading():
        if not isinstance(body, list) or not body:
            raise TypeError("not a list")
        return [
            Notice(
                NoticeKind.CHARGE,
                remote_id=str(row["codigoSolicitacao"]),
                nosso_numero=str(row.get("nossoNumero") or ""),
                payment=payment(row) if row.get("situacao") == "RECEBIDO" else None,
            )
            for row in body
        ]


def failure(status: int, body: Any, text: str) -> PermanentFailure:
    """What a refusal of theirs means."""
    given = body if isinstance(body, Mapping) else {}
    rows = given.get("violacoes")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], Mapping) else {}
    words = str(first.get("razao") or given.get("detail") or text)
    if status == 403:
        return PermanentFailure("permission", words)
    if status == 404:
        return PermanentFailure("not_found", words)
    field = str(first.get("propriedade") or "")
    ours = next((ours for part, ours in PROPERTIES if part in field.lower()), "refused")
    return PermanentFailure(ours, words, field=field)
