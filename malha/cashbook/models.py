"""Where the money lies and how it moves: accounts, entries, transfers, closings; and what has to be paid to whom.

Entries are only ever added; a mistake is put right by a second entry with the sides turned. No balance is kept but that of a closing,
which is frozen together with its day.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from malha.billing.models import Payment, PaymentForm
from malha.core.fields import MoneyField
from malha.core.models import Timestamped
from malha.domain.money import Money


class AccountKind(models.TextChoices):
    """A till holds notes and coins; a bank account does not."""

    CASH = "CASH", _("Till")
    BANK = "BANK", _("Bank account")


class Direction(models.TextChoices):
    """Which way money goes."""

    IN = "IN", _("Money in")
    OUT = "OUT", _("Money out")


class PayableState(models.TextChoices):
    """What is stored. Overdue is judged when somebody looks."""

    OPEN = "OPEN", _("To pay")
    PAID = "PAID", _("Paid bill")
    CANCELLED = "CANCELLED", _("Cancelled bill")


class Recurrence(models.TextChoices):
    """How a bill comes back."""

    NONE = "NONE", _("Does not repeat")
    MONTHLY = "MONTHLY", _("Every month")


class CashAccount(Timestamped):
    """Caixa or conta. `owner`: whose own till it is; such a person sees no other (domain.md §15, "own")."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=4, choices=AccountKind, default=AccountKind.CASH)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tills", verbose_name=_("own till of")
    )
    is_default = models.BooleanField(_("standard account"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="cash_account_one_default"),
            models.UniqueConstraint(fields=["owner"], condition=Q(is_active=True), name="cash_account_one_till_each"),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(is_active=True, owner__isnull=True), name="cash_account_default_is_for_all"
            ),
        ]
        ordering = ["-is_default", "name"]

    def __str__(self) -> str:
        return self.name


class Category(Timestamped):
    """A line of the plano de contas. A child goes the way of its parent; `code` is its place in the tree: 2.1.3."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("under"))
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=3, choices=Direction)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Supplier(Timestamped):
    """Fornecedor. Never deleted, `archived_at` hides it."""

    legal_name = models.CharField(_("legal name"), max_length=150)
    trade_name = models.CharField(_("trade name"), max_length=150, blank=True, default="")
    cpf_cnpj = models.CharField("CPF/CNPJ", max_length=14, blank=True, default="")
    ie = models.CharField(_("state registration"), max_length=20, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=20, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    address = models.CharField(_("address"), max_length=200, blank=True, default="")
    pix_key = models.CharField(_("Pix key"), max_length=140, blank=True, default="")
    notes = models.TextField(_("notes"), blank=True, default="")
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cpf_cnpj"], condition=~Q(cpf_cnpj=""), name="supplier_document_once")]
        ordering = ["legal_name"]

    def __str__(self) -> str:
        return self.trade_name or self.legal_name


class Payable(Timestamped):
    """Conta a pagar, to a supplier or to somebody of the staff. `amount` is of this instalment.

    `token`: of the submission that made it and its instalments, so that a double click makes them once.
    A bill that repeats has `anchor_day`, the day of the month it falls due on (31 is 28 February and 31 March again); `follows` is the
    one of the month before, so that each makes the next one once.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="payables")
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("employee")
    )
    description = models.CharField(_("description"), max_length=120)
    document_number = models.CharField(_("document number"), max_length=40, blank=True, default="")
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    due_date = models.DateField(_("due date"))
    amount = MoneyField(_("amount"))
    installment = models.PositiveSmallIntegerField(_("instalment"), default=1)
    installments = models.PositiveSmallIntegerField(_("instalments"), default=1)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="payables", verbose_name=_("category")
    )
    state = models.CharField(_("situation"), max_length=9, choices=PayableState, default=PayableState.OPEN)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    paid_amount = MoneyField(_("amount paid"), null=True, blank=True)
    barcode = models.TextField(_("barcode or Pix code"), blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    recurrence = models.CharField(_("repetition"), max_length=7, choices=Recurrence, default=Recurrence.NONE)
    anchor_day = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next", editable=False)
    cancel_reason = models.CharField(_("reason of cancellation"), max_length=150, blank=True, default="")
    token = models.CharField(max_length=64, null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payable_amount_positive"),
            models.CheckConstraint(condition=Q(installment__gte=1, installment__lte=F("installments")), name="payable_installment"),
            models.CheckConstraint(condition=Q(supplier__isnull=True) | Q(employee__isnull=True), name="payable_one_receiver"),
            models.CheckConstraint(
                condition=Q(state="PAID", paid_on__isnull=False, paid_amount__gt=0)
                | (~Q(state="PAID") & Q(paid_on__isnull=True, paid_amount__isnull=True)),
                name="payable_paid_says_when",
            ),
            models.CheckConstraint(
                condition=Q(recurrence="NONE") | Q(installments=1, anchor_day__isnull=False), name="payable_repeats_or_is_split"
            ),
            models.UniqueConstraint(fields=["token", "installment"], name="payable_submission_once"),
        ]
        indexes = [
            models.Index(fields=["state", "due_date"], name="payable_state_due"),
            models.Index(fields=["paid_on"], name="payable_paid_on"),
        ]
        ordering = ["due_date", "id"]

    def __str__(self) -> str:
        return self.description

    @property
    def receiver(self) -> str:
        """Who gets the money; empty when nobody was named."""
        return str(self.supplier or self.employee or "")


class Transfer(models.Model):
    """Money that goes from one account to another: two entries, the sum of all accounts stays the same.

    `token`: of the submission that made it, so that a double click makes one.
    """

    from_account = models.ForeignKey(CashAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"))
    to_account = models.ForeignKey(CashAccount, on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    amount = MoneyField(_("amount"))
    date = models.DateField(_("date"))
    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=120, blank=True, default="")
    token = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount_positive"),
            models.CheckConstraint(condition=~Q(from_account=F("to_account")), name="transfer_between_two"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.from_account} → {self.to_account}"


class CashEntry(models.Model):
    """Lançamento. Append-only: `corrects` is the entry that this one takes back.

    `date` is the day it counts on, `at` the instant it was written. It came from a payment, a transfer or a bill, or was typed by hand.
    `note` says what Malha had to decide: the day was closed already. `token`: of the submission that typed it, so that a double click
    enters once.
    """

    account = models.ForeignKey(CashAccount, on_delete=models.PROTECT, related_name="entries", verbose_name=_("account"))
    date = models.DateField(_("date"))
    at = models.DateTimeField(_("at"))
    description = models.CharField(_("description"), max_length=160)
    incoming = MoneyField(_("money in"), default=Money(0))
    outgoing = MoneyField(_("money out"), default=Money(0))
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("category")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_manual = models.BooleanField(_("typed by hand"), default=False)
    form = models.CharField(_("form"), max_length=7, choices=PaymentForm, blank=True, default="")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="cash_entry")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    payable = models.ForeignKey(Payable, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    token = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(incoming__gt=0, outgoing=0) | Q(incoming=0, outgoing__gt=0), name="cash_entry_in_or_out"),
            models.CheckConstraint(
                condition=Q(is_manual=False) | Q(payment__isnull=True, transfer__isnull=True, payable__isnull=True),
                name="cash_entry_manual_has_no_source",
            ),
            models.UniqueConstraint(fields=["transfer", "account"], name="cash_entry_transfer_side_once"),
        ]
        indexes = [
            models.Index(fields=["account", "date", "id"], name="cash_entry_book"),
            models.Index(fields=["date", "id"], name="cash_entry_day"),
        ]
        ordering = ["date", "id"]

    def __str__(self) -> str:
        return self.description

    @property
    def amount(self) -> Money:
        """Positive for money in, negative for money out."""
        net: Money = self.incoming - self.outgoing
        return net


class Closing(models.Model):
    """Fechamento of a day: what the book says and what was counted. No entry may be added on or before its date any more."""

    account = models.ForeignKey(CashAccount, on_delete=models.PROTECT, related_name="closings", verbose_name=_("account"))
    date = models.DateField(_("date"))
    opening = MoneyField(_("opening balance"))
    incoming = MoneyField(_("money in"))
    outgoing = MoneyField(_("money out"))
    balance = MoneyField(_("closing balance"))
    counted = MoneyField(_("amount counted"))
    difference = MoneyField(_("difference"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("closed at"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "date"], name="closing_once"),
            models.CheckConstraint(condition=Q(balance=F("opening") + F("incoming") - F("outgoing")), name="closing_adds_up"),
            models.CheckConstraint(condition=Q(difference=F("counted") - F("balance")), name="closing_difference"),
        ]
        ordering = ["-date", "-id"]

    def __str__(self) -> str:
        return f"{self.account} {self.date:%d/%m/%Y}"
