"""People who work at the provider, and what they were last seen doing at the door."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from malha.core import clock
from malha.core.history import Actor
from malha.staff import permissions
from malha.staff.roles import Role


class Theme(models.TextChoices):
    """Look of the screens; SYSTEM follows the device."""

    SYSTEM = "system", _("Same as the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(BaseUserManager["User"]):
    """Users are made by `staff.services`; the manager only reads."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person with a login. The login never changes after creation (domain.md §15)."""

    username = models.CharField(_("login"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    role = models.CharField(_("role"), max_length=12, choices=Role)
    is_active = models.BooleanField(_("active"), default=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    allowed_from = models.TimeField(_("allowed from"), null=True, blank=True)
    allowed_until = models.TimeField(_("allowed until"), null=True, blank=True)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    has_single_key_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    session_minutes = models.PositiveSmallIntegerField(_("session minutes"), default=30)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="user_username_ci")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name or self.username

    def can(self, code: str) -> bool:
        """May this person do `code`, at all? A code outside the table is a KeyError, not a silent no."""
        return self.is_active and permissions.allows(self.role, code)

    def limit(self, code: str) -> permissions.Limit | None:
        """How far: `Limit.OWN` and so on; None for not at all."""
        return permissions.limit(self.role, code) if self.is_active else None

    def actor(self, ip: str | None = None) -> Actor:
        """This person as the history knows it."""
        return Actor(kind="user", id=self.pk, name=str(self), ip=ip)


class LoginAttempt(models.Model):
    """One try at the door, right or wrong: the throttle counts them and the history page shows them."""

    at = models.DateTimeField()
    username = models.CharField(max_length=60)
    ip = models.GenericIPAddressField(null=True)
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "-at"], name="attempt_username"),
            models.Index(fields=["ip", "-at"], name="attempt_ip"),
        ]


class UserSession(models.Model):
    """An open browser of a user, so that it can be seen and closed from elsewhere."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    session_key = models.CharField(max_length=40, unique=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True, default="")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]


class ApiToken(models.Model):
    """The key of a program, a bearer token: shown once, stored hashed, scoped, with optional addresses and expiry (domain.md §20)."""

    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    allowed_ips = models.JSONField(_("allowed addresses"), default=list, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
