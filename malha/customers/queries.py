"""Reading customers: whom somebody may see, one record, its notes, its files."""

from collections.abc import Sequence

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from malha.customers.models import Attachment, Customer, Note, VisibleGroup
from malha.staff.models import User


def visible_groups(user: User) -> tuple[int, ...]:
    """The groups to which this person's view is limited, in order; none means all customers.

    One statement, asked once per `user` object, which lives as long as a request.
    """
    kept: tuple[int, ...] | None = getattr(user, "_visible_groups", None)
    if kept is None:
        kept = tuple(VisibleGroup.objects.filter(user=user).order_by("group_id").values_list("group_id", flat=True))
        user._visible_groups = kept  # type: ignore[attr-defined]
    return kept


def within(groups: Sequence[int]) -> QuerySet[Customer]:
    """The customers of these groups, all of them when there are none: what `visible_groups` means.

    For reports, which are asked with plain values. Who belongs to no group is seen only by people without a limit.
    """
    return Customer.objects.filter(group__in=groups) if groups else Customer.objects.all()


def visible_to(user: User) -> QuerySet[Customer]:
    """The customers this person may see (domain.md §15, "Grupos de clientes visíveis"). Everything a page shows begins here."""
    return within(visible_groups(user))


def by_number(number: int, *, user: User) -> Customer | None:
    """The record with this number, if `user` may see it: address, group and salesperson, and `file_count`, in one statement."""
    kept = Attachment.objects.filter(customer=OuterRef("pk"), removed_at__isnull=True).order_by()
    counted = Subquery(kept.values("customer").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = visible_to(user).select_related("address", "group", "seller")
    return rows.annotate(file_count=Coalesce(counted, 0)).filter(number=number).first()


def attachments_of(customer: Customer) -> QuerySet[Attachment]:
    """The files that were not removed, the newest first."""
    return Attachment.objects.filter(customer=customer, removed_at__isnull=True).select_related("uploaded_by")


def notes_of(customer: Customer) -> QuerySet[Note]:
    """The annotations that were not removed, the pinned one first."""
    return Note.objects.filter(customer=customer, removed_at__isnull=True).select_related("written_by")
