"""Tables of the floor: the provider itself, its holidays, the number counters and the history of everything."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from malha.core import clock
from malha.core.fields import MoneyField


class Timestamped(models.Model):
    """Mixin: when the row was made and last changed. Services that change a row set `updated_at=clock.now()` themselves."""

    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), default=clock.now, editable=False)

    class Meta:
        abstract = True


class SizeClass(models.TextChoices):
    """Regulatory size of the provider (regulation.md §1)."""

    MICRO = "MICRO", _("Micro (up to 5,000 accesses)")
    PPP = "PPP", _("Small-sized provider (PPP)")


class BillingMode(models.TextChoices):
    """Which period a charge covers: the one that ends before its due date, or the one that begins on it."""

    ARREARS = "ARREARS", _("Arrears")
    ADVANCE = "ADVANCE", _("Advance")


def default_due_days() -> list[int]:
    """Six dates, because regulated services offer six and customers expect them (domain.md §2)."""
    return [1, 5, 10, 15, 20, 25]


class Company(Timestamped):
    """The provider. One row per installation; `malha.core.company.current()` reads it."""

    legal_name = models.CharField(_("legal name"), max_length=150)
    trade_name = models.CharField(_("trade name"), max_length=150, blank=True, default="")
    cnpj = models.CharField("CNPJ", max_length=14, blank=True, default="")
    ie = models.CharField(_("state registration"), max_length=20, blank=True, default="")
    im = models.CharField(_("municipal registration"), max_length=20, blank=True, default="")
    cep = models.CharField("CEP", max_length=8, blank=True, default="")
    street = models.CharField(_("street"), max_length=150, blank=True, default="")
    number = models.CharField(_("number"), max_length=20, blank=True, default="")
    district = models.CharField(_("district"), max_length=80, blank=True, default="")
    city = models.CharField(_("city"), max_length=80, blank=True, default="")
    uf = models.CharField("UF", max_length=2, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    timezone = models.CharField(_("time zone"), max_length=40, default="America/Sao_Paulo")
    size_class = models.CharField(_("size class"), max_length=5, choices=SizeClass, default=SizeClass.MICRO)
    tax_regime = models.PositiveSmallIntegerField(_("tax regime (CRT)"), default=1)
    offered_due_days = models.JSONField(_("offered due days"), default=default_due_days)
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"), default=10)
    billing_mode = models.CharField(_("billing mode"), max_length=8, choices=BillingMode, default=BillingMode.ARREARS)
    charge_while_blocked = models.BooleanField(_("charge blocked days"), default=False)
    max_overdue_to_bill = models.PositiveSmallIntegerField(_("unpaid charges until billing stops"), null=True, blank=True)
    required_customer_fields = models.JSONField(_("required customer fields"), default=list, blank=True)
    discount_limit = MoneyField(_("highest discount of the finance role"), null=True, blank=True)
    show_access_passwords = models.BooleanField(_("show access passwords"), default=False)
    installation_id = models.CharField(max_length=8, unique=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="company_is_one"),
            models.CheckConstraint(condition=Q(days_ahead__gte=5), name="company_days_ahead_floor"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name people know: trade name, else legal name."""
        return self.trade_name or self.legal_name


class Holiday(models.Model):
    """A state or municipal holiday; national ones are computed (`domain.calendar`)."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"


class Counter(models.Model):
    """The last number given out in a series; see `core.numbers`."""

    series = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)


class HistoryEntry(models.Model):
    """One change or one look at something protected: who, when, from where, before and after. Never edited, never deleted.

    The actor and the object are kept by kind and number, with the name of that day, so that the log outlives renames and the
    floor needs no key to a room above it.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    ip = models.GenericIPAddressField(null=True)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=200, blank=True, default="")
    customer_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="history_object"),
            models.Index(fields=["customer_id", "-id"], name="history_customer"),
            models.Index(fields=["actor_kind", "actor_id", "-id"], name="history_actor"),
            models.Index(fields=["-at"], name="history_at"),
        ]
        ordering = ["-id"]
