"""How a charge of the own API looks in JSON."""

from sandbox.bank.books import Bank, Charge, Doc


def charge_view(bank: Bank, charge: Charge) -> Doc:
    """The charge as its owner sees it. Sums are over all payments; instants and channel are those of the first."""
    payments = charge.payments
    first = payments[0] if payments else {}
    return {
        "id": charge.id,
        "reference": charge.reference,
        "kind": charge.kind,
        "status": charge.status,
        "reason": charge.reason,
        "nosso_numero": charge.nosso_numero,
        "codigo_barras": charge.codigo_barras,
        "linha_digitavel": charge.linha_digitavel,
        "txid": charge.txid,
        "pix_copia_e_cola": charge.pix_copia_e_cola,
        "amount_cents": charge.amount_cents,
        "due_date": charge.due_date,
        "issued_on": charge.issued_on,
        "description": charge.description,
        "payer": charge.payer,
        "paid_cents": _sum(payments, "cents"),
        "paid_at": first.get("paid_at"),
        "fine_cents": _sum(payments, "fine_cents"),
        "interest_cents": _sum(payments, "interest_cents"),
        "discount_cents": _sum(payments, "discount_cents"),
        "fee_cents": _sum(payments, "fee_cents"),
        "net_cents": _sum(payments, "net_cents"),
        "refunded_cents": _sum(charge.refunds, "cents"),
        "channel": first.get("channel"),
        "end_to_end_id": first.get("end_to_end_id"),
        "pay_url": f"{bank.public_url}/pagar/{charge.id}" if charge.id else None,
        "payments": payments,
        "refunds": charge.refunds,
        "recurrence": charge.recurrence,
        "created_at": charge.created_at,
    }


def _sum(rows: list[Doc], name: str) -> int:
    return sum(int(row[name]) for row in rows)
