"""What was agreed with a customer: plans, contracts with their priced items, written contracts."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from malha.core.fields import MoneyField
from malha.core.models import Timestamped
from malha.customers.models import Address, Customer
from malha.domain.money import Money


class PlanKind(models.TextChoices):
    """What kind of service a plan sells."""

    INTERNET = "INTERNET", _("Internet")
    PHONE = "PHONE", _("Telephony")
    IPTV = "IPTV", "IPTV"
    SVA = "SVA", _("Value-added service")
    HOSTING = "HOSTING", _("Hosting")


class Plan(Timestamped):
    """Plano. `profile_name` is the router-safe tag, derived once from the name and editable before first use.

    Speeds are kilobits per second. `scm_price + sva_price = price` (the telecom and the value-added part are taxed apart).
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=PlanKind, default=PlanKind.INTERNET)
    profile_name = models.CharField(_("profile on the router"), max_length=40, unique=True)
    price = MoneyField(_("price"))
    scm_price = MoneyField(_("SCM part"))
    sva_price = MoneyField(_("SVA part"), default=Money(0))
    download_kbps = models.PositiveIntegerField(_("download"))
    upload_kbps = models.PositiveIntegerField(_("upload"))
    burst_download_kbps = models.PositiveIntegerField(_("burst download"), null=True, blank=True)
    burst_upload_kbps = models.PositiveIntegerField(_("burst upload"), null=True, blank=True)
    burst_threshold_percent = models.PositiveSmallIntegerField(_("burst threshold (%)"), null=True, blank=True)
    burst_seconds = models.PositiveSmallIntegerField(_("burst seconds"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=8)
    guaranteed_percent = models.PositiveSmallIntegerField(_("guaranteed (%)"), null=True, blank=True)
    reduced_percent = models.PositiveSmallIntegerField(_("reduced speed (%)"), null=True, blank=True)
    pool_v4 = models.CharField(_("IPv4 pool"), max_length=40, blank=True, default="")
    pool_v6 = models.CharField(_("IPv6 pool"), max_length=40, blank=True, default="")
    address_list = models.CharField(_("address list"), max_length=40, blank=True, default="")
    technology = models.CharField(_("technology"), max_length=25, blank=True, default="FTTH")
    medium = models.CharField(_("medium"), max_length=15, blank=True, default="fibra")
    offer_code = models.CharField(_("offer code"), max_length=40, blank=True, default="")
    offer_valid_until = models.DateField(_("offer valid until"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True, default="")
    charge_text = models.CharField(_("text on the charge"), max_length=100, blank=True, default="")
    is_public = models.BooleanField(_("shown on the site"), default=True)
    allows_trust_release = models.BooleanField(_("allows trust release"), default=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0, scm_price__gte=0, sva_price__gte=0), name="plan_price_not_negative"),
            models.CheckConstraint(condition=Q(price=F("scm_price") + F("sva_price")), name="plan_price_is_sum_of_parts"),
            models.CheckConstraint(condition=Q(download_kbps__gt=0, upload_kbps__gt=0), name="plan_speed_positive"),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=8), name="plan_priority_1_to_8"),
            models.CheckConstraint(
                condition=Q(reduced_percent__isnull=True) | Q(reduced_percent__gte=1, reduced_percent__lte=99), name="plan_reduced_percent"
            ),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CollectionMethod(models.Model):
    """Forma de pagamento as a contract chooses it (seed): informal, or through the gateway whose adapter is named.

    Credentials and everything the bank needs belong to the gateways room, which points here (docs/decisions/0003). The terms of a late
    or prompt payment stand here, because a charge freezes them when it is issued: basis points, 200 is 2 %.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    adapter = models.CharField(_("adapter"), max_length=30, default="manual")
    fine_basis_points = models.PositiveSmallIntegerField(_("late fine"), default=200)
    interest_basis_points = models.PositiveSmallIntegerField(_("late interest a month"), default=100)
    promptness_discount = MoneyField(_("promptness discount"), default=Money(0))
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="collection_method_one_default"),
            models.CheckConstraint(condition=Q(fine_basis_points__lte=200, interest_basis_points__lte=100), name="collection_method_caps"),
            models.CheckConstraint(condition=Q(promptness_discount__gte=0), name="collection_method_promptness"),
        ]
        ordering = ["-is_default", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_informal(self) -> bool:
        """No barcode, confirmed by hand (seed)."""
        return self.adapter == "manual"


class TemplateKind(models.TextChoices):
    """What a template prints; all kinds share one engine."""

    CONTRACT = "CONTRACT", _("Contract")
    EQUIPMENT = "EQUIPMENT", _("Equipment loan")
    RECEIPT = "RECEIPT", _("Receipt")
    CLEARANCE = "CLEARANCE", _("Clearance")
    LETTER = "LETTER", _("Notice letter")


class ContractTemplate(Timestamped):
    """Modelo de contrato. Its text lives in versions: editing makes a new one, filled contracts keep theirs."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    code = models.CharField(_("code"), max_length=20, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=10, choices=TemplateKind, default=TemplateKind.CONTRACT)
    is_active = models.BooleanField(_("active"), default=True)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(is_default=True), name="template_one_default_per_kind"),
        ]
        ordering = ["-is_default", "name"]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """One frozen text of a template: sanitised HTML with placeholders."""

    template = models.ForeignKey(ContractTemplate, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    body = models.TextField(_("text"))
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "version"], name="template_version_once")]
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.template} v{self.version}"


class ContractState(models.TextChoices):
    """What was agreed (house.md §4). Apart from `Standing`, which is how we treat it now."""

    DRAFT = "DRAFT", _("Draft")
    ACTIVE = "ACTIVE", _("Active")
    SUSPENDED = "SUSPENDED", _("Suspended on request")
    CANCELLED = "CANCELLED", _("Cancelled")


class WaitingFor(models.TextChoices):
    """Why a contract is still a draft."""

    NOTHING = "", _("Nothing")
    SIGNATURE = "SIGNATURE", _("Signature")
    INSTALLATION = "INSTALLATION", _("Installation")
    PLAN = "PLAN", _("Plan")


class Standing(models.TextChoices):
    """How the contract is treated now; the one stored judgement, because routers must obey it."""

    CLEAR = "CLEAR", _("Clear")
    PENDING = "PENDING", _("Pending")
    REDUCED = "REDUCED", _("Reduced")
    BLOCKED = "BLOCKED", _("Blocked")


class StandingCause(models.TextChoices):
    """Who put the standing there."""

    NONE = "", "—"
    POLICY = "POLICY", _("Policy")
    MANUAL = "MANUAL", _("By hand")
    TRUST = "TRUST", _("Trust release")


class FirstCharge(models.TextChoices):
    """1ª cobrança: only the days used, or a whole month."""

    PRORATED = "PRORATED", _("Prorated")
    FULL = "FULL", _("Full")


class TrustRule(models.TextChoices):
    """May this contract be released in trust?"""

    DEFAULT = "DEFAULT", _("As the standard")
    YES = "YES", _("Yes")
    NO = "NO", _("No")


class Contract(Timestamped):
    """Contrato e dados de cobrança. Empty days mean the standard configuration (seed)."""

    number = models.PositiveBigIntegerField(_("contract number"), unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contracts")
    state = models.CharField(_("state"), max_length=9, choices=ContractState, default=ContractState.ACTIVE)
    waiting_for = models.CharField(_("waiting for"), max_length=12, choices=WaitingFor, blank=True, default=WaitingFor.NOTHING)
    standing = models.CharField(_("standing"), max_length=7, choices=Standing, default=Standing.CLEAR)
    standing_cause = models.CharField(max_length=6, choices=StandingCause, blank=True, default=StandingCause.NONE)
    standing_until = models.DateField(null=True, blank=True)
    due_day = models.PositiveSmallIntegerField(_("due day"))
    collection_method = models.ForeignKey(CollectionMethod, on_delete=models.PROTECT, verbose_name=_("form of payment"))
    template = models.ForeignKey(ContractTemplate, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("contract template"))
    discount = MoneyField(_("discount"), default=Money(0))
    discount_until = models.DateField(_("discount until"), null=True, blank=True)
    surcharge = MoneyField(_("surcharge"), default=Money(0))
    days_to_pending = models.PositiveSmallIntegerField(_("days to pending"), null=True, blank=True)
    days_to_block = models.PositiveSmallIntegerField(_("days to block"), null=True, blank=True)
    auto_block = models.BooleanField(_("automatic block"), default=True)
    auto_notice = models.BooleanField(_("automatic notice"), default=True)
    do_not_block_until = models.DateField(_("do not block until"), null=True, blank=True)
    do_not_notify_until = models.DateField(_("do not notify until"), null=True, blank=True)
    never_block = models.BooleanField(_("never block"), default=False)
    never_block_reason = models.CharField(_("reason never to block"), max_length=150, blank=True, default="")
    exempt = models.BooleanField(_("exempt"), default=False)
    trust_release_rule = models.CharField(_("trust release"), max_length=7, choices=TrustRule, default=TrustRule.DEFAULT)
    signed_on = models.DateField(_("contract date"))
    activated_on = models.DateField(_("activated on"), null=True, blank=True)
    billing_starts_on = models.DateField(_("billing starts on"), null=True, blank=True)
    billed_until = models.DateField(_("billed until"), null=True, blank=True)
    first_charge = models.CharField(_("first charge"), max_length=8, choices=FirstCharge, default=FirstCharge.PRORATED)
    minimum_term_months = models.PositiveSmallIntegerField(_("minimum term (months)"), null=True, blank=True)
    minimum_term_ends_on = models.DateField(_("minimum term ends on"), null=True, blank=True)
    minimum_term_benefit = MoneyField(_("benefit of the minimum term"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    auto_renew = models.BooleanField(_("renews by itself"), default=True)
    max_overdue_to_bill = models.PositiveSmallIntegerField(_("unpaid charges until billing stops"), null=True, blank=True)
    installation_fee = MoneyField(_("installation fee"), default=Money(0))
    installation_installments = models.PositiveSmallIntegerField(_("instalments of the installation fee"), default=1)
    service_address = models.OneToOneField(Address, on_delete=models.PROTECT, null=True, blank=True, related_name="contract")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    origin = models.CharField(_("origin"), max_length=30, blank=True, default="INSTALLATION")
    suspended_from = models.DateField(null=True, blank=True)
    suspended_until = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason of cancellation"), max_length=80, blank=True, default="")
    cancel_note = models.TextField(_("note on cancellation"), blank=True, default="")
    keeps_ip = models.BooleanField(_("keep the IP on the router"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_day__gte=1, due_day__lte=31), name="contract_due_day"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, surcharge__gte=0, installation_fee__gte=0), name="contract_money_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(days_to_block__isnull=True) | Q(days_to_pending__isnull=True) | Q(days_to_block__gt=F("days_to_pending")),
                name="contract_block_after_pending",
            ),
            models.CheckConstraint(
                condition=~Q(state=ContractState.CANCELLED) | Q(cancelled_on__isnull=False), name="contract_cancelled_has_date"
            ),
            models.CheckConstraint(
                condition=Q(minimum_term_months__isnull=True) | Q(minimum_term_months__lte=12), name="contract_minimum_term_12"
            ),
        ]
        indexes = [
            # The situation of a customer, and the customers of a situation, are read from these two alone (reports/situations.py).
            models.Index(fields=["customer", "state", "standing", "standing_cause"], name="contract_of_customer"),
            models.Index(fields=["state", "standing", "standing_cause", "customer"], name="contract_situation"),
            models.Index(fields=["due_day"], name="contract_due_day_idx"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}"


class ItemKind(models.TextChoices):
    """What a priced line of a contract is; it decides the tax."""

    INTERNET = "INTERNET", _("Internet")
    SVA = "SVA", _("Value-added service")
    RENTAL = "RENTAL", _("Rental")
    INSTALLATION = "INSTALLATION", _("Installation")
    OTHER = "OTHER", _("Other")


class ContractItem(models.Model):
    """What is priced. Choosing a plan for an access makes its INTERNET item; a deduction is the discount, never a negative item."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind, default=ItemKind.INTERNET)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="items")
    description = models.CharField(_("description"), max_length=120)
    amount = MoneyField(_("amount"))
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0, quantity__gte=1), name="item_not_negative"),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="item_dates"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.description


class PauseKind(models.TextChoices):
    """Why nothing is delivered for a while."""

    SUSPENDED = "SUSPENDED", _("Suspended on request")
    BLOCKED = "BLOCKED", _("Blocked")


class ServicePause(models.Model):
    """Days on which a contract was not served, both ends counted; they are not charged (domain.md §10, setting for blocks).

    The day of a block or suspension is the first one that is not charged; the day of the release is charged again.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=9, choices=PauseKind)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "kind"], condition=Q(ends_on__isnull=True), name="pause_one_open_per_kind"),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="pause_dates"),
        ]
        ordering = ["contract", "starts_on"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on:%d/%m/%Y}"


class ContractDocument(models.Model):
    """A written contract as it was printed: the version used, the filled text, and the hash of the PDF. Never overwritten."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="documents")
    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    body = models.TextField()
    file = models.FileField(upload_to="contracts/%Y/%m/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.contract} · {self.version}"
