"""Accounts at banks and gateways, what they know of our charges, what they told us, and what came in.

Rows are the queue here too: a registration that wants something from the bank, a webhook that was not worked off.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from malha.billing.models import Charge, Payment
from malha.contracts.models import CollectionMethod
from malha.core.due import DueRow
from malha.core.fields import EncryptedField, MoneyField
from malha.core.models import Timestamped
from malha.customers.models import Customer
from malha.domain.boleto import mask_linha
from malha.domain.errors import RuleError
from malha.domain.money import Money


class Environment(models.TextChoices):
    """Test and production have credentials of their own."""

    TEST = "TEST", _("Test environment")
    PRODUCTION = "PRODUCTION", _("Production")


class PrintLayout(models.TextChoices):
    """How a boleto is printed."""

    A4 = "A4", _("One a sheet")
    CARNE = "CARNE", _("Booklet, three a sheet")


class AccountHealth(models.TextChoices):
    """What the lane knows of the other side; a person must act on STOPPED."""

    UNKNOWN = "UNKNOWN", _("Not tested yet")
    ONLINE = "ONLINE", _("Answering")
    DEGRADED = "DEGRADED", _("Not answering")
    STOPPED = "STOPPED", _("Stopped")


class GatewayAccount(Timestamped):
    """Conta de gateway: what stands behind a form of payment (docs/decisions/0003).

    `settings`: JSON of the adapter's form, encrypted as a whole. `webhook_key`: the secret part of the address the other side calls.
    `rate_per_second`: how many calls a second we allow ourselves.
    """

    collection_method = models.OneToOneField(CollectionMethod, on_delete=models.PROTECT, related_name="gateway_account")
    environment = models.CharField(_("environment"), max_length=10, choices=Environment, default=Environment.TEST)
    settings = EncryptedField(_("credentials"), blank=True, default="")
    beneficiary_name = models.CharField(_("beneficiary"), max_length=150, blank=True, default="")
    beneficiary_document = models.CharField(_("CPF/CNPJ of the beneficiary"), max_length=14, blank=True, default="")
    payment_place = models.CharField(_("place of payment"), max_length=120, blank=True, default="")
    instructions = models.TextField(_("instructions"), blank=True, default="")
    notes_lines = models.TextField(_("remarks"), blank=True, default="")
    accept_days_after_due = models.PositiveSmallIntegerField(_("days accepted after the due date"), default=90)
    write_off_days = models.PositiveSmallIntegerField(_("days until written off"), default=90)
    gateway_sends_mail = models.BooleanField(_("the gateway writes to the customer too"), default=False)
    pix_key = models.CharField(_("Pix key"), max_length=77, blank=True, default="")
    kind = models.CharField(_("what is registered"), max_length=7, default="BOLEPIX")
    print_layout = models.CharField(_("print layout"), max_length=5, choices=PrintLayout, default=PrintLayout.A4)
    rate_per_second = models.PositiveSmallIntegerField(_("calls per second"), default=10)
    webhook_key = models.CharField(max_length=43, unique=True)
    webhook_secret = EncryptedField(blank=True, default="")
    certificate_expires_on = models.DateField(null=True, blank=True)
    health = models.CharField(max_length=8, choices=AccountHealth, default=AccountHealth.UNKNOWN)
    health_words = models.TextField(blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    # While the breaker is open nobody calls before this instant.
    retry_at = models.DateTimeField(null=True, blank=True)
    last_answer_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rate_per_second__gte=1), name="gateway_rate"),
            models.CheckConstraint(condition=Q(kind__in=("BOLETO", "BOLEPIX", "PIX")), name="gateway_kind"),
        ]
        ordering = ["collection_method__name"]

    def __str__(self) -> str:
        return self.collection_method.name


class RegistrationKind(models.TextChoices):
    """What is registered."""

    BOLETO = "BOLETO", "Boleto"
    BOLEPIX = "BOLEPIX", _("Boleto with Pix")
    PIX = "PIX", "Pix"
    COBR = "COBR", "Pix Automático"


class RegistrationState(models.TextChoices):
    """wanted → registered → settled, cancelled or failed. Nothing but a person takes FAILED back."""

    WANTED = "WANTED", _("Being registered")
    REGISTERED = "REGISTERED", _("Registered")
    SETTLED = "SETTLED", _("Paid")
    CANCELLED = "CANCELLED", _("Cancelled")
    FAILED = "FAILED", _("Refused")


class Wish(models.TextChoices):
    """What a registration wants from the bank; its due row says when."""

    NOTHING = "", "—"
    REGISTER = "REGISTER", _("Register at the bank")
    UPDATE = "UPDATE", _("Change")
    CANCEL = "CANCEL", _("Cancel")


LIVE = (RegistrationState.WANTED, RegistrationState.REGISTERED)


class Registration(DueRow, Timestamped):
    """Registro: what a bank knows of a charge. The due row is its wish.

    `reference`: 32 hexadecimal characters chosen before the call; also the txid. `sent_at`: of the first call, after which the bank may
    know it whatever came back. `amount`, `due_date`: as registered. `terms`: what is printed, frozen when it was wanted. `raw`: the
    answer, personal data masked.
    """

    account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="registrations")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="registrations")
    kind = models.CharField(max_length=7, choices=RegistrationKind)
    state = models.CharField(max_length=10, choices=RegistrationState, default=RegistrationState.WANTED)
    wish = models.CharField(max_length=8, choices=Wish, blank=True, default=Wish.REGISTER)
    reference = models.CharField(max_length=32, unique=True)
    remote_id = models.CharField(max_length=80, blank=True, default="")
    nosso_numero = models.CharField(max_length=25, blank=True, default="")
    codigo_barras = models.CharField(max_length=44, blank=True, default="")
    linha_digitavel = models.CharField(max_length=54, blank=True, default="")
    pix_copia_e_cola = models.CharField(max_length=512, blank=True, default="")
    pdf_url = models.CharField(max_length=300, blank=True, default="")
    amount = MoneyField()
    due_date = models.DateField()
    terms = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=40, blank=True, default="")
    failure_words = models.CharField(max_length=300, blank=True, default="")
    raw = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge"], condition=Q(state__in=LIVE), name="registration_one_live"),
            models.UniqueConstraint(fields=["account", "nosso_numero"], condition=~Q(nosso_numero=""), name="registration_nosso_numero"),
            models.UniqueConstraint(fields=["account", "remote_id"], condition=~Q(remote_id=""), name="registration_remote_id"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="registration_amount"),
            models.CheckConstraint(
                condition=~Q(state=RegistrationState.REGISTERED) | Q(registered_at__isnull=False), name="registration_says_when"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "due_at"], condition=Q(due_at__isnull=False), name="registration_due"),
            models.Index(fields=["charge"], name="registration_of_charge"),
            models.Index(fields=["nosso_numero"], condition=~Q(nosso_numero=""), name="registration_number"),
            models.Index(fields=["account", "state", "looked_at"], name="registration_polled"),
            models.Index(fields=["state", "updated_at"], condition=Q(state="FAILED"), name="registration_failed"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.nosso_numero or self.reference

    @property
    def printed_linha(self) -> str:
        """The linha digitável as people read it; as the bank gave it where it is no such thing."""
        try:
            return mask_linha(self.linha_digitavel)
        except RuleError:
            return self.linha_digitavel


class EventState(models.TextChoices):
    """What became of a webhook."""

    RECEIVED = "RECEIVED", _("Waiting")
    DONE = "DONE", _("Done")
    IGNORED = "IGNORED", _("Nothing to do")
    REFUSED = "REFUSED", _("Refused: not proved")
    FAILED = "FAILED", _("Error")


class WebhookEvent(DueRow):
    """One notice as it came, personal data masked. `key`: digest of the body, so that a repeated one is one row (F16)."""

    account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="events")
    key = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    trust = models.CharField(max_length=6)
    state = models.CharField(max_length=8, choices=EventState, default=EventState.RECEIVED)
    headers = models.JSONField(default=dict)
    path = models.CharField(max_length=60, blank=True, default="")
    body = models.TextField(blank=True, default="")
    ip = models.GenericIPAddressField(null=True, blank=True)
    copies = models.PositiveIntegerField(default=1)
    done_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="webhook_event_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="webhook_event_due"),
            models.Index(fields=["account", "-id"], name="webhook_event_of_account"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.key[:12]


class IncomingState(models.TextChoices):
    """What became of money that a bank says came in. OPEN waits in Conciliação for a person."""

    NEW = "NEW", _("New")
    SETTLED = "SETTLED", _("Settled")
    CREDITED = "CREDITED", _("Credit")
    OPEN = "OPEN", _("To be matched")


class IncomingReason(models.TextChoices):
    """Why it did not simply settle its charge."""

    NONE = "", "—"
    UNKNOWN = "UNKNOWN", _("No charge is known for it")
    CANCELLED = "CANCELLED", _("The charge was cancelled")
    TWICE = "TWICE", _("The charge was paid already")
    REPLACED = "REPLACED", _("Paid on the replaced boleto")
    LESS = "LESS", _("Less than asked")
    MORE = "MORE", _("More than asked")


class IncomingPayment(models.Model):
    """Recebimento: money that a bank says came in. One row per payment of the bank, for ever; `payment` is ours.

    `source`: WEBHOOK or POLL, whoever told us first. `claims`: what a notice said of a charge that nobody knows.
    """

    account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="incoming")
    remote_id = models.CharField(max_length=80)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True, blank=True, related_name="incoming")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="incoming_payments")
    value = MoneyField()
    net = MoneyField(null=True, blank=True)
    fee = MoneyField(default=Money(0))
    paid_on = models.DateField()
    credited_on = models.DateField(null=True, blank=True)
    channel = models.CharField(max_length=6)
    source = models.CharField(max_length=9)
    seen_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=IncomingState, default=IncomingState.NEW)
    reason = models.CharField(max_length=9, choices=IncomingReason, blank=True, default=IncomingReason.NONE)
    claims = models.JSONField(default=dict)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="incoming")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="incoming_once"),
            models.CheckConstraint(condition=Q(value__gt=0), name="incoming_value"),
            models.CheckConstraint(condition=Q(fee__gte=0) & Q(fee__lte=F("value")), name="incoming_fee"),
            models.CheckConstraint(
                condition=~Q(state__in=("SETTLED", "CREDITED")) | Q(payment__isnull=False), name="incoming_settled_has_payment"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="incoming_state"),
            models.Index(fields=["registration"], name="incoming_of_registration"),
            models.Index(fields=["customer", "-id"], name="incoming_of_customer"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.remote_id
