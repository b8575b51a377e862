"""Reading customers: one record, its notes, its files."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from malha.customers.models import Attachment, Customer, Note


def by_number(number: int) -> Customer | None:
    """The record with this number: address, group and salesperson, and `file_count`, in one statement."""
    kept = Attachment.objects.filter(customer=OuterRef("pk"), removed_at__isnull=True).order_by()
    counted = Subquery(kept.values("customer").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    rows = Customer.objects.select_related("address", "group", "seller")
    return rows.annotate(file_count=Coalesce(counted, 0)).filter(number=number).first()


def attachments_of(customer: Customer) -> QuerySet[Attachment]:
    """The files that were not removed, the newest first."""
    return Attachment.objects.filter(customer=customer, removed_at__isnull=True).select_related("uploaded_by")


def notes_of(customer: Customer) -> QuerySet[Note]:
    """The annotations that were not removed, the pinned one first."""
    return Note.objects.filter(customer=customer, removed_at__isnull=True).select_related("written_by")
