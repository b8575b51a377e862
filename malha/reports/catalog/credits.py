"""Créditos de clientes: money that no charge has used yet."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malha.billing.models import Payment, PaymentForm, PaymentKind
from malha.domain.money import Money
from malha.reports import unused_credit
from malha.reports.base import Asked, Choice, Column, Figure, Found, Keyed, Kind, Ref, Report, Row
from malha.staff.permissions import Limit

EVERY, WHOLE = "todos", "inteiros"


class Credits(Report):
    """The report."""

    slug = "creditos"
    title = gettext_lazy("Credit of customers")
    about = gettext_lazy("Paid too much or twice, or given back by us, and not used by a charge yet. The next charge uses it by itself.")
    empty = gettext_lazy("No customer has credit.")
    icon = "arrow-back-up"
    limits = frozenset({Limit.MONEY})
    names_customers = True
    default_order = "dia"
    columns = (
        Column("dia", gettext_lazy("Day"), Kind.DATE),
        Column("recibo", gettext_lazy("Receipt"), is_minor=True),
        Column("cliente", gettext_lazy("Customer")),
        Column("forma", gettext_lazy("Form"), is_sortable=False, is_minor=True),
        Column("valor", gettext_lazy("Value"), Kind.MONEY),
        Column("resta", gettext_lazy("Not used by a charge"), Kind.MONEY, is_sortable=False),
    )

    def choices(self) -> tuple[Choice, ...]:
        return (Choice("quais", gettext_lazy("Which"), ((EVERY, _("All")), (WHOLE, _("No charge took anything of it")))),)

    def read(self, asked: Asked) -> Found:
        rows = unused_credit.payments(asked.visible)
        if asked.chosen.get("quais") == WHOLE:
            rows = rows.filter(used_cents=0, kind=PaymentKind.RECEIVED)
        left = {key: value - Money(int(used)) for key, value, used in rows.values_list("pk", "value", "used_cents")}
        fields = {"dia": ("paid_on",), "recibo": ("number",), "cliente": ("customer__search_name",), "valor": ("value",)}
        labels = {value: str(label) for value, label in PaymentForm.choices}
        listing = Keyed(asked.sorted(rows, fields).values_list("pk", flat=True), lambda page: _rows(page, left, labels))
        total = Money.total(left.values())
        people = rows.order_by().values("customer").distinct().count()
        figures = (Figure(_("Credit"), total), Figure(_("Customers"), people))
        foot: Row = (_("Total"), "", "", "", None, total)
        return Found(listing, figures, foot if left else None)


def _rows(page: Sequence[int], left: dict[int, Money], labels: dict[str, str]) -> list[Row]:
    found = Payment.objects.select_related("customer").in_bulk(page)
    gift = _("given by us")
    return [
        (
            found[key].paid_on,
            Ref(str(found[key].number), "receipt", found[key].number),
            Ref(found[key].customer.name, "customer", found[key].customer.number),
            gift if found[key].kind == PaymentKind.CREDIT else labels[found[key].form],
            found[key].value,
            left[key],
        )
        for key in page
    ]
