"""Routers, the accesses they must know, and what was last seen on them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from malha.contracts.models import Contract, Plan
from malha.core.due import DueRow
from malha.core.fields import EncryptedField
from malha.core.models import Timestamped
from malha.customers.models import Address


class Method(models.TextChoices):
    """How a subscriber is let in."""

    PPPOE = "PPPOE", "PPPoE"
    HOTSPOT = "HOTSPOT", "Hotspot"


class TlsMode(models.TextChoices):
    """How the API connection is protected (network.md §1.1)."""

    PINNED = "PINNED", _("TLS, certificate pinned on first use")
    ANONYMOUS = "ANONYMOUS", _("TLS without certificate")
    PLAIN = "PLAIN", _("No TLS")


class RouterHealth(models.TextChoices):
    """What the lane knows of a router; a person must act on STOPPED."""

    UNKNOWN = "UNKNOWN", _("Not read yet")
    ONLINE = "ONLINE", _("Online")
    DEGRADED = "DEGRADED", _("Not answering")
    STOPPED = "STOPPED", _("Stopped")


def default_methods() -> list[str]:
    return [Method.PPPOE.value]


class Router(DueRow, Timestamped):
    """Servidor: the box that lets subscribers in. The due row of a router is its next reading."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    description = models.CharField(_("description"), max_length=150, blank=True, default="")
    driver = models.CharField(_("driver"), max_length=20, default="mikrotik")
    host = models.CharField(_("address"), max_length=150)
    port = models.PositiveIntegerField(_("API port"), default=8729)
    fallback_host = models.CharField(_("alternative address"), max_length=150, blank=True, default="")
    tls_mode = models.CharField(_("protection"), max_length=9, choices=TlsMode, default=TlsMode.PINNED)
    tls_pin = models.CharField(_("pinned certificate (SHA-256)"), max_length=64, blank=True, default="")
    api_username = models.CharField(_("user"), max_length=60, default="malha")
    api_password = EncryptedField(_("password"), blank=True, default="")
    enabled_methods = models.JSONField(_("enabled methods"), default=default_methods)
    max_accesses = models.PositiveIntegerField(_("maximum of accesses"), default=1000)
    pending_list = models.CharField(_("notice list"), max_length=40, default="malha-pendente")
    blocked_list = models.CharField(_("block list"), max_length=40, default="malha-bloqueado")
    garden_list = models.CharField(_("free list"), max_length=40, default="malha-livre")
    block_profile = models.CharField(_("block profile"), max_length=40, default="malha-bloqueado")
    block_pool = models.CharField(_("block pool"), max_length=40, default="malha-bloqueado")
    block_pool_ranges = models.CharField(_("ranges of the block pool"), max_length=100, default="100.127.0.1-100.127.15.254")
    local_address = models.CharField(_("local address of the profiles"), max_length=45, blank=True, default="")
    notice_address = models.CharField(_("address of the notice server"), max_length=45, blank=True, default="")
    walled_garden = models.JSONField(_("free during the block"), default=list, blank=True)
    disables_on_block = models.BooleanField(_("disable instead of showing the page"), default=False)
    kicks_per_second = models.PositiveSmallIntegerField(_("disconnections per second"), default=50)
    is_active = models.BooleanField(_("active"), default=True)

    health = models.CharField(max_length=8, choices=RouterHealth, default=RouterHealth.UNKNOWN)
    health_words = models.TextField(blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    # While the breaker is open nobody speaks to the router before this instant (services/health.py).
    retry_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    version = models.CharField(max_length=40, blank=True, default="")
    board = models.CharField(max_length=60, blank=True, default="")
    identity = models.CharField(max_length=60, blank=True, default="")
    cpu_percent = models.PositiveSmallIntegerField(null=True, blank=True)
    uptime_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    latency_ms = models.PositiveIntegerField(null=True, blank=True)
    session_count = models.PositiveIntegerField(null=True, blank=True)
    audited_at = models.DateTimeField(null=True, blank=True)
    audit_wanted_at = models.DateTimeField(null=True, blank=True)
    # What the last audit has to tell a person: the safety valve, a short read. Empty: nothing.
    audit_words = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="router_port"),
            models.UniqueConstraint(fields=["host", "port"], name="router_host_port"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="router_due")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AddressPool(Timestamped):
    """A pool of IPv4 addresses we keep on a router."""

    router = models.ForeignKey(Router, on_delete=models.PROTECT, related_name="pools")
    name = models.CharField(_("name"), max_length=40)
    ranges = models.CharField(_("ranges"), max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["router", "name"], name="pool_name_per_router")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SyncState(models.TextChoices):
    """What is known of the access on its router. Nothing lies: APPLIED only after the router was read again."""

    MODIFIED = "modified", _("Queued")
    APPLIED = "applied", _("On the router")
    ERROR = "error", _("Error")
    REMOVING = "removing", _("Being removed")
    REMOVED = "removed", _("Removed")


class Access(DueRow, Timestamped):
    """Plano de acesso / autenticação: login, senha, servidor, plano (seed).

    The login is unique in the company, lower case, without accents. The due row of an access is its wish to be applied:
    whoever changes something the router must know sets `sync_state=modified, due_at=now` in the same transaction
    (`network.services.accesses.want`). `wanted_version` counts those wishes, `applied_version` is the one last read back.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="accesses")
    router = models.ForeignKey(Router, on_delete=models.PROTECT, related_name="accesses")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="accesses")
    username = models.CharField(_("login"), max_length=64)
    password = EncryptedField(_("password"), ring="access")
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.PPPOE)
    ipv4 = models.GenericIPAddressField(_("fixed IP"), protocol="IPv4", null=True, blank=True)
    ipv6_prefix = models.CharField(_("IPv6 prefix"), max_length=49, blank=True, default="")
    mac = models.CharField("MAC", max_length=17, blank=True, default="")
    lock_mac = models.BooleanField(_("lock MAC"), default=False)
    max_sessions = models.PositiveSmallIntegerField(_("simultaneous sessions"), default=1)
    profile_override = models.CharField(_("profile"), max_length=60, blank=True, default="")
    equipment = models.CharField(_("equipment"), max_length=80, blank=True, default="")
    onu_serial = models.CharField(_("ONU serial"), max_length=40, blank=True, default="")
    address = models.OneToOneField(Address, on_delete=models.PROTECT, null=True, blank=True, related_name="access")
    notes = models.CharField(_("notes"), max_length=150, blank=True, default="")

    sync_state = models.CharField(max_length=8, choices=SyncState, default=SyncState.MODIFIED)
    wanted_version = models.PositiveIntegerField(default=1)
    applied_version = models.PositiveIntegerField(default=0)
    wants_kick = models.BooleanField(default=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    # Fingerprint of the password last written to the router, so that nobody has to read it back to compare.
    pushed_password = models.CharField(max_length=64, blank=True, default="")
    # Login and router under which it was last written, to clean up after a rename or a move.
    applied_username = models.CharField(max_length=64, blank=True, default="")
    previous_router = models.ForeignKey(Router, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    online_since = models.DateTimeField(null=True, blank=True)
    seen_ip = models.GenericIPAddressField(null=True, blank=True)
    seen_mac = models.CharField(max_length=17, blank=True, default="")
    last_online_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["username"], name="access_username"),
            models.UniqueConstraint(fields=["router", "ipv4"], condition=Q(ipv4__isnull=False), name="access_ipv4_per_router"),
            models.CheckConstraint(condition=~Q(username=""), name="access_has_username"),
        ]
        indexes = [
            models.Index(fields=["router", "due_at"], condition=Q(due_at__isnull=False), name="access_due"),
            models.Index(fields=["seen_ip"], name="access_seen_ip"),
            models.Index(fields=["ipv4"], name="access_ipv4"),
            models.Index(fields=["mac"], name="access_mac"),
            models.Index(fields=["seen_mac"], name="access_seen_mac"),
            models.Index(fields=["onu_serial"], name="access_onu"),
            models.Index(fields=["router", "sync_state"], name="access_router_state"),
            models.Index(fields=["previous_router"], condition=Q(previous_router__isnull=False), name="access_moved"),
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.username


class SyncRun(models.Model):
    """One pass over a router: why, what was read, what was written, what it refused (network.md §6.12)."""

    router = models.ForeignKey(Router, on_delete=models.CASCADE, related_name="runs")
    cause = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    adds = models.PositiveIntegerField(default=0)
    sets = models.PositiveIntegerField(default=0)
    removals = models.PositiveIntegerField(default=0)
    kicks = models.PositiveIntegerField(default=0)
    commands = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list)
    outcome = models.CharField(max_length=20, default="ok")
    words = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["router", "-id"], name="syncrun_router")]
        ordering = ["-id"]


class DivergenceKind(models.TextChoices):
    """How register and router disagree."""

    DIFFERENT = "DIFFERENT", _("Different")
    MISSING = "MISSING", _("Missing on the router")
    STRANGER = "STRANGER", _("Only on the router")
    CONFLICT = "CONFLICT", _("Name taken")
    REPEATED = "REPEATED", _("Repeated mark")


class Divergence(models.Model):
    """One field on which register and router disagree, found by the audit; gone when they agree again.

    `table` and `name` say where on the router. A stranger has no access. `fields` of a stranger keeps what is needed to adopt
    it; a password read from a router is never stored here.
    """

    router = models.ForeignKey(Router, on_delete=models.CASCADE, related_name="divergences")
    access = models.ForeignKey(Access, on_delete=models.CASCADE, null=True, blank=True, related_name="divergences")
    kind = models.CharField(max_length=9, choices=DivergenceKind)
    table = models.CharField(max_length=40)
    name = models.CharField(max_length=150)
    field = models.CharField(max_length=40, blank=True, default="")
    wanted = models.CharField(max_length=200, blank=True, default="")
    found = models.CharField(max_length=200, blank=True, default="")
    fields = models.JSONField(default=dict)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    ignored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["router", "table", "name", "field"], name="divergence_once")]
        indexes = [models.Index(fields=["router", "ignored_at"], name="divergence_router")]
        ordering = ["kind", "name", "field"]


class Session(models.Model):
    """A live session as last read from a router. Replaced as a whole at each reading."""

    router = models.ForeignKey(Router, on_delete=models.CASCADE, related_name="sessions")
    access = models.ForeignKey(Access, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    method = models.CharField(max_length=10, choices=Method)
    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True, blank=True)
    mac = models.CharField(max_length=40, blank=True, default="")
    started_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["router", "username"], name="session_router_name"),
            models.Index(fields=["access"], name="session_access"),
            models.Index(fields=["address"], name="session_address"),
        ]
        ordering = ["username"]


class RouterCommand(DueRow):
    """A wish that is not a state: disconnect now, apply the base set-up, adopt a stranger. Done once, kept as a record."""

    router = models.ForeignKey(Router, on_delete=models.CASCADE, related_name="commands")
    access = models.ForeignKey(Access, on_delete=models.SET_NULL, null=True, blank=True, related_name="commands")
    verb = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    words = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["router", "due_at"], condition=Q(due_at__isnull=False), name="routercommand_due")]
        ordering = ["-id"]
