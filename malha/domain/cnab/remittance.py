"""Writes a remessa from a layout: which records, in which order, with which numbers. Source: payments.md §5, §6.

What a field holds is named once, here; where it stands is the layout's business.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from malha.domain.cnab.fields import Record, Value, Values, write
from malha.domain.cnab.layouts import Layout, When
from malha.domain.cnab.orders import Beneficiary, Movement, RemittanceOrder
from malha.domain.documents import CNPJ_LENGTH
from malha.domain.errors import RuleError
from malha.domain.money import Money

LINE_END: Final = "\r\n"
LOT: Final = 1
MESSAGE_FIELDS: Final = 5
MESSAGES_OF_R: Final = 2
BASIS: Final = 10_000  # basis points of the whole
DAYS_OF_MONTH: Final = 30  # interest is 1/30 of the month's rate a day (payments.md §7)
WHOLE_TITLE: Final = frozenset({Movement.REGISTER, Movement.CHANGE_OTHER})
"""Movements that say everything of a title anew; other ones have no optional records."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record and what goes into it. ``order`` is the index of the order, None for heads and trailers."""

    record: Record
    values: Values
    order: int | None = None

    def line(self) -> str:
        """The written line; the RuleError of a value that does not fit names the order by its index in ``order``."""
        try:
            return write(self.record, self.values)
        except RuleError as error:
            raise RuleError(error.code, {**error.params, "order": self.order}) from None


def build_remittance(
    layout: Layout, beneficiary: Beneficiary, orders: Sequence[RemittanceOrder], *, sequence: int, generated_at: datetime
) -> bytes:
    """The bytes of a remessa: ASCII, CRLF after every line.

    ``sequence`` is the number of the file at this bank, ``generated_at`` the company's local time. Raises RuleError ``cnab_no_orders``,
    ``cnab_movement_unknown`` (the layout has no such instruction) or ``cnab_value_refused`` (see ``fields.write``).
    """
    rows = remittance_rows(layout, beneficiary, orders, sequence=sequence, generated_at=generated_at)
    return "".join(row.line() + LINE_END for row in rows).encode("ascii")


def remittance_rows(
    layout: Layout, beneficiary: Beneficiary, orders: Sequence[RemittanceOrder], *, sequence: int, generated_at: datetime
) -> Iterator[Row]:
    """The records of the file in order, before they are written."""
    if not orders:
        raise RuleError("cnab_no_orders")
    file = _of_file(layout, beneficiary, sequence, generated_at, Money.total(order.amount for order in orders), len(orders))
    number = 1
    rules = layout.remittance
    yield _row(rules.file_header, file, record_number=number)
    if rules.lot_header is not None:
        number += 1
        yield _row(rules.lot_header, file)
    first = number
    for index, order in enumerate(orders):
        values = Values(file | _of_order(layout, order, index))
        for part in rules.parts:
            if part.when is When.ALWAYS or (order.movement in WHOLE_TITLE and _applies(part.when, order)):
                number += 1
                yield _row(part.record, values, index, record_number=number, detail_number=number - first)
    if rules.lot_trailer is not None:
        number += 1
        yield _row(rules.lot_trailer, file, lot_records=number - first + 1)
    number += 1
    yield _row(rules.file_trailer, file, record_number=number, file_records=number)


def _row(record: Record, values: Mapping[str, Value], order: int | None = None, **numbers: int) -> Row:
    return Row(record, Values({**values, **numbers}), order)


def _of_file(layout: Layout, beneficiary: Beneficiary, sequence: int, generated_at: datetime, total: Money, count: int) -> dict[str, Value]:
    values: dict[str, Value] = {
        "bank": layout.bank_code,
        "bank_name": layout.bank_name,
        "lot_number": LOT,
        "sequence": sequence,
        "generated_on": generated_at.date(),
        "generated_time": f"{generated_at:%H%M%S}",
        "company_name": beneficiary.name,
        "company_document": beneficiary.document,
        "branch": beneficiary.branch,
        "branch_dv": beneficiary.branch_dv,
        "account": beneficiary.account,
        "account_dv": beneficiary.account_dv,
        "agreement": beneficiary.agreement,
        "carteira": beneficiary.carteira,
        "carteira_code": beneficiary.carteira_code,
        "variation": beneficiary.variation,
        "posto": beneficiary.posto,
        "transmission": beneficiary.transmission,
        "account_with_dv": beneficiary.account + beneficiary.account_dv,
        "account_end": beneficiary.account[-1:] + beneficiary.account_dv,
        "title_count": count,
        "title_total": total,
    }
    flag = layout.remittance.flags["company_type"]
    return values | {"company_type": flag.yes if len(beneficiary.document) == CNPJ_LENGTH else flag.no}


def _of_order(layout: Layout, order: RemittanceOrder, index: int) -> dict[str, Value]:
    day_after = order.due_on + timedelta(days=1)
    interest = order.amount.times_half_up(order.interest_rate, BASIS * DAYS_OF_MONTH)
    fine = order.amount.times_half_up(order.fine_rate, BASIS)
    messages = (*order.messages, *("",) * MESSAGE_FIELDS)[:MESSAGE_FIELDS]
    values: dict[str, Value] = {
        "movement": _movement(layout, order, index),
        "nosso_numero": order.nosso_numero,
        "nosso_numero_dv": order.nosso_numero_dv,
        "nosso_numero_with_dv": order.nosso_numero + order.nosso_numero_dv,
        "document_number": order.document_number,
        "company_use": order.company_use,
        "due_on": order.due_on,
        "issued_on": order.issued_on,
        "amount": order.amount,
        "species": layout.remittance.species.get(order.species, ""),
        "fine_rate": order.fine_rate,
        "fine_amount": fine,
        "fine_on": day_after if order.fine_rate else None,
        "interest_rate": order.interest_rate,
        "interest_per_day": interest,
        "interest_on": day_after if order.interest_rate else None,
        "discount": order.discount,
        "discount_until": order.discount_until if order.discount else None,
        "abatement": order.abatement,
        "write_off_days": order.write_off_days,
        "payer_name": order.payer.name,
        "payer_document": order.payer.document,
        "payer_address": order.payer.address,
        "payer_district": order.payer.district,
        "payer_cep": order.payer.cep,
        "payer_city": order.payer.city,
        "payer_uf": order.payer.uf,
        "pix_key": order.pix_key,
        "pix_key_type": order.pix_key_type.value if order.pix_key_type else "",
        "txid": order.txid,
    }
    values |= {f"message_{number}": text for number, text in enumerate(messages, 1)}
    values |= {
        name: flag.yes if _applies(flag.when, order) else flag.no
        for name, flag in layout.remittance.flags.items()
        if name != "company_type"
    }
    return values


def _movement(layout: Layout, order: RemittanceOrder, index: int) -> str:
    rules = layout.remittance
    code = rules.movements.get(order.movement)
    with_pix = _applies(When.PIX, order)
    if code is None or (with_pix and not rules.takes_pix):
        what = "PIX" if code is not None else order.movement.value
        where = {"bank_code": layout.bank_code, "format": layout.format.value, "order": index}
        raise RuleError("cnab_movement_unknown", {**where, "movement": what})
    if with_pix and rules.pix_register:
        return rules.pix_register
    return code


def _applies(when: When, order: RemittanceOrder) -> bool:
    answers: dict[When, bool] = {
        When.ALWAYS: True,
        When.FINE: order.fine_rate > 0,
        When.FINE_OR_MESSAGES: order.fine_rate > 0 or bool(order.messages),
        When.MANY_MESSAGES: len(order.messages) > MESSAGES_OF_R,
        When.PIX: order.movement is Movement.REGISTER and bool(order.pix_key),
        When.INTEREST: order.interest_rate > 0,
        When.DISCOUNT: order.discount.cents > 0,
        When.WRITE_OFF: order.write_off_days > 0,
        When.PAYER_IS_COMPANY: len(order.payer.document) == CNPJ_LENGTH,
    }
    return answers[when]
