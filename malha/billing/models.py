"""What is owed and what came in: charges with their frozen lines, payments, and what of a payment went to which charge.

Nothing here keeps a balance. What is left of a charge is its total less its allocations; what is left of a payment is credit.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from malha.contracts.models import CollectionMethod, Contract, ContractItem
from malha.core.fields import MoneyField
from malha.core.models import Timestamped
from malha.customers.models import Customer
from malha.domain.money import Money


class ChargeKind(models.TextChoices):
    """Why a charge exists. Only MONTHLY moves what a contract was billed until (failure-modes.md F6)."""

    MONTHLY = "MONTHLY", _("Monthly fee")
    INSTALLATION = "INSTALLATION", _("Installation")
    ONE_OFF = "ONE_OFF", _("One-off")
    AGREEMENT = "AGREEMENT", _("Agreement")
    EXIT_FINE = "EXIT_FINE", _("Exit fine")


class ChargeState(models.TextChoices):
    """What is stored. Overdue, partial and in observation are judged when somebody looks."""

    OPEN = "OPEN", _("Open")
    PAID = "PAID", _("Paid")
    CANCELLED = "CANCELLED", _("Cancelled")
    REPLACED = "REPLACED", _("Replaced")


class LineKind(models.TextChoices):
    """What a line is; it decides the tax."""

    INTERNET = "INTERNET", _("Internet")
    SVA = "SVA", _("Value-added service")
    RENTAL = "RENTAL", _("Rental")
    INSTALLATION = "INSTALLATION", _("Installation")
    OTHER = "OTHER", _("Other")
    DISCOUNT = "DISCOUNT", _("Discount")
    SURCHARGE = "SURCHARGE", _("Surcharge")
    ADJUSTMENT = "ADJUSTMENT", _("Adjustment")


class PaymentKind(models.TextChoices):
    """RECEIVED came in; REVERSAL undoes one; CREDIT is given by us (what was charged too much when a contract ended)."""

    RECEIVED = "RECEIVED", _("Received")
    REVERSAL = "REVERSAL", _("Reversal")
    CREDIT = "CREDIT", _("Credit")


class PaymentForm(models.TextChoices):
    """How it was paid."""

    CASH = "CASH", _("Cash")
    PIX = "PIX", "Pix"
    CARD = "CARD", _("Card")
    BOLETO = "BOLETO", _("Boleto")
    DEPOSIT = "DEPOSIT", _("Deposit")
    CHECK = "CHECK", _("Cheque")
    NONE = "", "—"


class ParkReason(models.TextChoices):
    """Why the run left a contract to a person."""

    CATCH_UP = "CATCH_UP", _("Too many months to charge at once")
    OVERDUE_LIMIT = "OVERDUE_LIMIT", _("Too many unpaid charges")
    ERROR = "ERROR", _("Error")


class Booklet(Timestamped):
    """Carnê: charges made and printed together."""

    number = models.PositiveBigIntegerField(_("booklet number"), unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="booklets")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="booklets")
    description = models.CharField(_("description"), max_length=120, blank=True, default="")
    installments = models.PositiveSmallIntegerField(_("instalments"))
    printed_at = models.DateTimeField(_("printed at"), null=True, blank=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class Agreement(Timestamped):
    """Acordo: overdue charges replaced by new ones. The first instalment paid gives the service back (domain.md §10)."""

    number = models.PositiveBigIntegerField(_("agreement number"), unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="agreements")
    made_on = models.DateField(_("made on"))
    total = MoneyField(_("total"))
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class Charge(Timestamped):
    """Cobrança. Its lines never change once issued; a correction is a new row.

    `fine_basis_points`, `interest_basis_points`: what a late payment owes on top, frozen at issue (200 is 2 %, 100 is 1 % a month).
    `promptness_discount`: taken off when all of it is paid until the effective due date. `agreement`: the one it is an instalment of;
    `settled_by`: the one that took its place. `token`: of the submission that made it by hand, so that a double click makes one.
    """

    number = models.PositiveBigIntegerField(_("charge number"), unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="charges")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="charges")
    kind = models.CharField(_("kind"), max_length=12, choices=ChargeKind)
    state = models.CharField(_("state"), max_length=9, choices=ChargeState, default=ChargeState.OPEN)
    period_start = models.DateField(_("period from"), null=True, blank=True)
    period_end = models.DateField(_("period until"), null=True, blank=True)
    issued_on = models.DateField(_("issued on"))
    due_date = models.DateField(_("due date"))
    total = MoneyField(_("total"))
    collection_method = models.ForeignKey(CollectionMethod, on_delete=models.PROTECT, verbose_name=_("form of payment"))
    fine_basis_points = models.PositiveSmallIntegerField(_("fine"), default=200)
    interest_basis_points = models.PositiveSmallIntegerField(_("monthly interest"), default=100)
    promptness_discount = MoneyField(_("promptness discount"), default=Money(0))
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, null=True, blank=True, related_name="charges")
    installment_number = models.PositiveSmallIntegerField(_("instalment"), null=True, blank=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="instalments")
    settled_by = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="sources")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    notes = models.TextField(_("notes"), blank=True, default="")
    contested_on = models.DateField(_("contested on"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason of cancellation"), max_length=150, blank=True, default="")
    printed_at = models.DateTimeField(_("printed at"), null=True, blank=True)
    token = models.CharField(max_length=64, unique=True, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(total__gt=0), name="charge_total_positive"),
            models.CheckConstraint(condition=Q(fine_basis_points__lte=200, interest_basis_points__lte=100), name="charge_late_fee_caps"),
            models.CheckConstraint(
                condition=Q(promptness_discount__gte=0) & Q(promptness_discount__lt=F("total")), name="charge_promptness_below_total"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ChargeKind.MONTHLY)
                | Q(contract__isnull=False, period_start__isnull=False, period_end__gte=F("period_start")),
                name="charge_monthly_has_period",
            ),
            models.CheckConstraint(condition=~Q(state=ChargeState.PAID) | Q(paid_on__isnull=False), name="charge_paid_says_when"),
            models.UniqueConstraint(
                fields=["contract", "period_start"],
                condition=Q(kind=ChargeKind.MONTHLY, state__in=("OPEN", "PAID")),
                name="charge_period_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_date", "id"], name="charge_state_due"),
            models.Index(fields=["due_date", "id"], name="charge_due"),
            models.Index(fields=["customer", "-due_date"], name="charge_of_customer"),
            models.Index(fields=["contract", "due_date"], condition=Q(state=ChargeState.OPEN), name="charge_open_of_contract"),
            models.Index(fields=["paid_on"], name="charge_paid_on"),
        ]
        ordering = ["due_date", "id"]

    def __str__(self) -> str:
        return f"{self.number}"


class BilledPeriod(models.Model):
    """A stretch of a contract's life that the run has dealt with. They tile it: one row per first day, for ever (F1).

    `charged`: what was asked for it until now, corrections included; `credited`: what was given back when the contract ended in the
    middle of it. `charge` is empty where nothing was asked (free, exempt). A period is settled once nothing about it can change any
    more. `discount`, `discount_until`, `surcharge`, `exempt`: the terms it was charged by, which later ones do not change.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="billed_periods")
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_date = models.DateField()
    whole_days = models.PositiveSmallIntegerField()
    charged = MoneyField()
    credited = MoneyField(default=Money(0))
    discount = MoneyField(default=Money(0))
    discount_until = models.DateField(null=True, blank=True)
    surcharge = MoneyField(default=Money(0))
    exempt = models.BooleanField(default=False)
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, null=True, blank=True, related_name="periods")
    is_settled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "starts_on"], name="billed_period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="billed_period_dates"),
            models.CheckConstraint(condition=Q(charged__gte=0, credited__gte=0), name="billed_period_not_negative"),
        ]
        indexes = [models.Index(fields=["contract"], condition=Q(is_settled=False), name="billed_period_open")]
        ordering = ["contract", "starts_on"]

    def __str__(self) -> str:
        return f"{self.starts_on:%d/%m/%Y}–{self.ends_on:%d/%m/%Y}"


class ChargeLine(models.Model):
    """One line of a charge, frozen at issue. `days` of `whole_days` are charged where it is not a whole month."""

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=LineKind)
    description = models.CharField(_("description"), max_length=160)
    amount = MoneyField(_("amount"))
    days = models.PositiveSmallIntegerField(default=0)
    whole_days = models.PositiveSmallIntegerField(default=0)
    item = models.ForeignKey(ContractItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    corrects = models.ForeignKey(BilledPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["charge", "position"], name="charge_line_place")]
        ordering = ["charge", "position"]

    def __str__(self) -> str:
        return self.description


class Payment(models.Model):
    """Pagamento. Append-only: a reversal is a second row with the negative value. `number` is that of the receipt.

    `token`: of the submission that made it, so that a double click receives once. `place`: where it was received, in words.
    """

    number = models.PositiveBigIntegerField(_("receipt number"), unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(_("kind"), max_length=8, choices=PaymentKind, default=PaymentKind.RECEIVED)
    value = MoneyField(_("value"))
    paid_on = models.DateField(_("paid on"))
    received_at = models.DateTimeField(_("received at"))
    form = models.CharField(_("form"), max_length=7, choices=PaymentForm, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True, default="")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("note"), blank=True, default="")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal")
    token = models.CharField(max_length=64, unique=True, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.REVERSAL, reverses__isnull=False, value__lt=0)
                | Q(~Q(kind=PaymentKind.REVERSAL), reverses__isnull=True, value__gt=0),
                name="payment_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-paid_on"], name="payment_of_customer"),
            models.Index(fields=["paid_on", "id"], name="payment_day"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.number}"


class Allocation(models.Model):
    """What of a payment went to a charge. `discount` counts towards the charge and not towards the payment.

    `waived_fine`, `waived_interest`: what was owed and let go, for the record. Append-only; a reversal is a row with the signs turned.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="allocations")
    at = models.DateTimeField()
    principal = MoneyField()
    fine = MoneyField(default=Money(0))
    interest = MoneyField(default=Money(0))
    discount = MoneyField(default=Money(0))
    waived_fine = MoneyField(default=Money(0))
    waived_interest = MoneyField(default=Money(0))

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.payment} → {self.charge}"


class ParkedContract(models.Model):
    """A contract that the run does not charge until somebody has looked. One open row per contract."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="parkings")
    reason = models.CharField(max_length=13, choices=ParkReason)
    words = models.CharField(max_length=300, blank=True, default="")
    waiting_periods = models.PositiveIntegerField(default=0)
    parked_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract"], condition=Q(resolved_at__isnull=True), name="parked_once"),
        ]
        ordering = ["-parked_at"]

    def __str__(self) -> str:
        return f"{self.contract}"


class BillingRun(models.Model):
    """One daily run, for the record: what it charged and whom it left to a person."""

    local_date = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    charges = models.PositiveIntegerField(default=0)
    total = MoneyField(default=Money(0))
    parked = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.local_date:%d/%m/%Y}"
