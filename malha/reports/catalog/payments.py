"""Recebimentos: every payment of a period, and every reversal."""

from collections.abc import Sequence

from django.db.models import BigIntegerField, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.billing.models import Allocation, Payment, PaymentForm
from malha.domain.money import ZERO, Money
from malha.reports import money_in
from malha.reports.base import Asked, Choice, Column, Figure, Found, Keyed, Kind, Ref, Report, Row
from malha.staff.permissions import Limit

_CENTS = BigIntegerField()


class Payments(Report):
    """The report: what the number *Recebido* of the Painel is made of."""

    slug = "recebimentos"
    title = gettext_lazy("Payments received")
    about = gettext_lazy("Every payment of the period, on the day of the payment; a reversal takes away on its own day.")
    empty = gettext_lazy("Nothing was received in these days.")
    icon = "cash"
    limits = frozenset({Limit.MONEY})
    names_customers = True
    has_period = True
    default_order = "dia"
    columns = (
        Column("dia", gettext_lazy("Day"), Kind.DATE),
        Column("recibo", gettext_lazy("Receipt"), is_minor=True),
        Column("cliente", gettext_lazy("Customer")),
        Column("forma", gettext_lazy("Form")),
        Column("local", gettext_lazy("Place"), is_minor=True),
        Column("multa", gettext_lazy("Fine and interest"), Kind.MONEY, is_sortable=False, is_minor=True),
        Column("credito", gettext_lazy("Not used by a charge"), Kind.MONEY, is_sortable=False, is_minor=True),
        Column("valor", gettext_lazy("Value"), Kind.MONEY),
    )

    def choices(self) -> tuple[Choice, ...]:
        forms = tuple((value, label) for value, label in PaymentForm.choices if value)
        return (Choice("forma", gettext_lazy("Form"), (("", _("All forms")), *forms)),)

    def read(self, asked: Asked) -> Found:
        rows = money_in.payments(asked.visible).filter(paid_on__range=(asked.since, asked.until))
        if asked.chosen.get("forma"):
            rows = rows.filter(form=asked.chosen["forma"])
        sums = rows.aggregate(
            came=Sum("value", filter=Q(value__gt=0), output_field=_CENTS, default=0),
            went=Sum("value", filter=Q(value__lt=0), output_field=_CENTS, default=0),
        )
        fields = {
            "dia": ("paid_on",), "recibo": ("number",), "cliente": ("customer__search_name",), "forma": ("form",), "local": ("place",),
            "valor": ("value",),
        }  # fmt: skip
        labels = {value: str(label) for value, label in PaymentForm.choices}
        listing = Keyed(asked.sorted(rows, fields).values_list("pk", flat=True), lambda page: _rows(page, labels))
        came, went = Money(int(sums["came"])), Money(int(sums["went"]))
        figures = (Figure(_("Received"), came + went), Figure(_("Payments"), came), Figure(_("Reversed"), -went))
        total: Row = (_("Total"), "", "", "", "", None, None, came + went)
        return Found(listing, figures, total if came or went else None)


def _rows(page: Sequence[int], labels: dict[str, str]) -> list[Row]:
    found = Payment.objects.select_related("customer").in_bulk(page)
    parts = Allocation.objects.filter(payment__in=page).order_by().values("payment").annotate(
        late=Sum("fine", output_field=_CENTS) + Sum("interest", output_field=_CENTS), principal=Sum("principal", output_field=_CENTS)
    )  # fmt: skip
    used = {row["payment"]: (Money(int(row["late"])), Money(int(row["principal"]))) for row in parts}
    rows: list[Row] = []
    for key in page:
        payment = found[key]
        late, principal = used.get(key, (ZERO, ZERO))
        rows.append(
            (
                payment.paid_on,
                Ref(str(payment.number), "receipt", payment.number),
                Ref(payment.customer.name, "customer", payment.customer.number),
                labels[payment.form],
                payment.place,
                late,
                payment.value - principal - late,
                payment.value,
            )
        )
    return rows
