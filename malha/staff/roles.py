"""The seven roles of domain.md §15."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is at the provider. What each role may do stands in `staff/permissions.py`."""

    ADMIN = "ADMIN", _("Administrator")
    MANAGER = "MANAGER", _("Manager")
    FINANCE = "FINANCE", _("Finance")
    ATTENDANT = "ATTENDANT", _("Attendant")
    TECHNICIAN = "TECHNICIAN", _("Technician")
    SALES = "SALES", _("Salesperson")
    ACCOUNTANT = "ACCOUNTANT", _("Accountant")
