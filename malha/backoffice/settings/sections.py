"""The pages of Configurações, as data. A page is listed when it exists and the person may open it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from malha.backoffice.menu import url_of
from malha.staff.models import User


@dataclass(frozen=True, slots=True)
class Section:
    """One subject of the settings."""

    label: str | Promise
    description: str | Promise
    url_name: str
    icon: str
    permission: str = "settings.manage"

    @property
    def url(self) -> str:
        """Its path; empty while no room has brought the page."""
        return url_of(self.url_name)


SECTIONS = (
    Section(_("Company"), _("Name, address, time zone, due days, required fields."), "backoffice:settings_company", "building"),
    Section(_("Standard for delays"), _("Days until the notice and until the block."), "backoffice:settings_late", "clock-exclamation"),
    Section(_("Notice pages"), _("What overdue and blocked subscribers see."), "backoffice:settings_notice_pages", "wifi-off"),
    Section(_("Holidays"), _("State and municipal ones; national ones are known."), "backoffice:settings_holidays", "calendar"),
    Section(_("Groups of customers"), _("To filter, and to limit what staff see."), "backoffice:settings_groups", "users-group"),
    Section(_("Forms of payment"), _("What a contract can choose from."), "backoffice:settings_methods", "cash"),
    Section(_("Users and permissions"), _("Who works here and what they may do."), "backoffice:users", "shield-lock", "users.manage"),
    Section(_("API keys"), _("Access for other programs."), "backoffice:tokens", "key", "tokens.manage"),
)


def of(user: User) -> list[Section]:
    """The sections this person may open."""
    return [section for section in SECTIONS if section.url and user.can(section.permission)]
