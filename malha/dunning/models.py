"""Pendência, bloqueio, liberação: the policy, each delinquency with its steps, notices and their proof, trust releases."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from malha.billing.models import Charge, Payment
from malha.contracts.models import Contract
from malha.core.fields import MoneyField
from malha.core.models import Timestamped
from malha.domain.money import Money


def monday_to_thursday() -> list[int]:
    """Weekdays on which a block may start, Monday is 0 (Lei 14.015/2020; domain.md §11)."""
    return [0, 1, 2, 3]


class DunningPolicy(Timestamped):
    """Days after the due date, valid wherever a contract leaves its own empty (seed), and the limits of trust.

    `trust_uses` releases per contract within `trust_window_days`, each for `trust_days`, for debts not older than `trust_max_debt_days`
    after their due date. `silence_hours`: how long "Continuar navegando" keeps the notice page away.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    days_to_pending = models.PositiveSmallIntegerField(_("days to pending"), default=3)
    days_to_block = models.PositiveSmallIntegerField(_("days to block"), default=18)
    days_notice_to_block = models.PositiveSmallIntegerField(_("days from notice to block"), default=15)
    is_automatic = models.BooleanField(_("blocks by itself"), default=True)
    allowed_weekdays = models.JSONField(_("weekdays of a block"), default=monday_to_thursday)
    days_to_reduce = models.PositiveSmallIntegerField(_("days to reduced speed"), null=True, blank=True)
    minimum_debt = MoneyField(_("lowest debt that counts"), default=Money(0))
    release_on_payment = models.BooleanField(_("releases when paid"), default=True)
    release_on_any_payment = models.BooleanField(_("any payment releases"), default=False)
    release_grace_days = models.PositiveSmallIntegerField(_("days of grace after a release by hand"), default=1)
    termination_after_days = models.PositiveSmallIntegerField(_("days blocked until termination is proposed"), default=60)
    trust_days = models.PositiveSmallIntegerField(_("days of a trust release"), default=3)
    trust_uses = models.PositiveSmallIntegerField(_("trust releases in the window"), default=1)
    trust_window_days = models.PositiveSmallIntegerField(_("window of trust releases (days)"), default=30)
    trust_max_debt_days = models.PositiveSmallIntegerField(_("oldest debt that is trusted (days)"), default=60)
    silence_hours = models.PositiveSmallIntegerField(_("hours without the notice page"), default=24)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="dunning_policy_one_default"),
            models.CheckConstraint(condition=Q(days_to_block__gt=F("days_to_pending")), name="dunning_policy_block_after_pending"),
            models.CheckConstraint(condition=Q(minimum_debt__gte=0), name="dunning_policy_minimum_debt"),
            models.CheckConstraint(condition=Q(termination_after_days__gte=60), name="dunning_policy_termination_floor"),
        ]
        ordering = ["-is_default", "name"]

    def __str__(self) -> str:
        return self.name


class DunningRun(models.Model):
    """One daily decision over everybody, for the record; the last one of a day can be undone."""

    local_date = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.PositiveIntegerField(default=0)
    noticed = models.PositiveIntegerField(default=0)
    blocked = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.local_date:%d/%m/%Y}"


class Pendency(models.Model):
    """One delinquency of a contract, from the first notice to its closure. One open row per contract (F29).

    `grace_until`: released by a person, no block until then. `approved_at`: a person approved the block that is due.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="pendencies")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    grace_until = models.DateField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract"], condition=Q(closed_on__isnull=True), name="pendency_one_open")]
        indexes = [models.Index(fields=["contract", "-opened_on"], name="pendency_of_contract")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.contract} {self.opened_on:%d/%m/%Y}"


class StepKind(models.TextChoices):
    """What happened in a delinquency (regulation.md §1: immutable rows)."""

    NOTICE_WANTED = "NOTICE_WANTED", _("Notice due")
    NOTICE_DELIVERED = "NOTICE_DELIVERED", _("Notice delivered")
    PENDING = "PENDING", _("Pending")
    REDUCED = "REDUCED", _("Reduced")
    BLOCKED = "BLOCKED", _("Blocked")
    RELEASED = "RELEASED", _("Released")
    TRUSTED = "TRUSTED", _("Released in trust")
    TRUST_ENDED = "TRUST_ENDED", _("Trust ended")
    TERMINATION_PROPOSED = "TERMINATION", _("Termination proposed")


class PendencyStep(models.Model):
    """One thing that happened, never changed. `why` is a `domain.dunning.Why`, or empty where a person did it."""

    pendency = models.ForeignKey(Pendency, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=StepKind)
    on = models.DateField()
    at = models.DateTimeField()
    why = models.CharField(max_length=20, blank=True, default="")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    run = models.ForeignKey(DunningRun, on_delete=models.PROTECT, null=True, blank=True, related_name="steps")
    words = models.CharField(max_length=200, blank=True, default="")
    actor_name = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["run", "kind"], name="pendency_step_of_run")]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_kind_display()


class NoticeKind(models.TextChoices):
    """The two notices that the law asks for."""

    DEBT = "DEBT", _("Notice of debt")
    TERMINATION = "TERMINATION", _("Notice of termination")


class NoticeChannel(models.TextChoices):
    """How a notice reached the customer. Messages come with their own room."""

    PAGE = "PAGE", _("Notice page")
    LETTER = "LETTER", _("Printed letter")
    CONTACT = "CONTACT", _("Contact by hand")


class Notice(models.Model):
    """The notice of one charge: due, then delivered with its proof. One per charge and kind, for ever (F26).

    Only a delivered notice starts the fifteen days. `proof`: who saw what, when, in words; `content`: the text as it was shown.
    """

    pendency = models.ForeignKey(Pendency, on_delete=models.PROTECT, related_name="notices")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=11, choices=NoticeKind, default=NoticeKind.DEBT)
    wanted_on = models.DateField()
    delivered_on = models.DateField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=7, choices=NoticeChannel, blank=True, default="")
    proof = models.CharField(max_length=300, blank=True, default="")
    content = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge", "kind"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True, channel="") | (Q(delivered_on__isnull=False) & ~Q(channel="")),
                name="notice_delivery_says_how",
            ),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.charge}"


class NoticeView(models.Model):
    """A notice page was shown to a contract: the proof that the law asks for. Never changed."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="notice_views")
    at = models.DateTimeField()
    page = models.CharField(max_length=10)
    ip = models.GenericIPAddressField()
    went_on = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["contract", "-at"], name="notice_view_of_contract")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.contract} {self.page}"


class TrustKind(models.TextChoices):
    """A release in trust, or a promise of payment made before the block: the same fact for the decision."""

    TRUST = "TRUST", _("Trust release")
    PROMISE = "PROMISE", _("Promise of payment")


class TrustRelease(models.Model):
    """Liberação em confiança: a row with an end date, which the decision sees as a fact. It never hides the debt."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="trust_releases")
    kind = models.CharField(max_length=7, choices=TrustKind, default=TrustKind.TRUST)
    starts_on = models.DateField()
    until = models.DateField()
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")
    ip = models.GenericIPAddressField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("starts_on")), name="trust_release_dates"),
            models.UniqueConstraint(fields=["contract"], condition=Q(ended_on__isnull=True), name="trust_release_one_running"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.contract} {self.until:%d/%m/%Y}"


class Release(models.Model):
    """From a payment to the router that obeyed: how long it took, shown on the Painel (domain.md §22 no. 9)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="releases")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField()
    obeyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["released_at"], condition=Q(obeyed_at__isnull=True), name="release_waiting")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.contract}"


class NoticeTexts(Timestamped):
    """What the provider changed about the notice pages: words, colour, logo. One row; an empty text means the built-in one.

    What the law asks to be said is not here: nobody can edit it away. `logo`: a small PNG or JPEG in Base64, `logo_type` its type.
    """

    pending_title = models.CharField(_("title of the overdue page"), max_length=60, blank=True, default="")
    pending_text = models.CharField(_("text of the overdue page"), max_length=300, blank=True, default="")
    blocked_title = models.CharField(_("title of the block page"), max_length=60, blank=True, default="")
    blocked_text = models.CharField(_("text of the block page"), max_length=300, blank=True, default="")
    how_to_pay = models.CharField(_("how to pay"), max_length=500, blank=True, default="")
    whatsapp = models.CharField("WhatsApp", max_length=16, blank=True, default="")
    brand_color = models.CharField(_("brand colour"), max_length=7, default="#3446c6")
    logo = models.TextField(_("logo"), blank=True, default="")
    logo_type = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="notice_texts_is_one")]

    def __str__(self) -> str:
        return str(_("Notice pages"))
