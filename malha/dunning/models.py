"""The standard configuration of pendência and bloqueio. The decisions themselves come with billing."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from malha.core.models import Timestamped


class DunningPolicy(Timestamped):
    """Days after the due date, valid wherever a contract leaves its own empty (seed)."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    days_to_pending = models.PositiveSmallIntegerField(_("days to pending"), default=3)
    days_to_block = models.PositiveSmallIntegerField(_("days to block"), default=18)
    days_notice_to_block = models.PositiveSmallIntegerField(_("days from notice to block"), default=15)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="dunning_policy_one_default"),
            models.CheckConstraint(condition=Q(days_to_block__gt=F("days_to_pending")), name="dunning_policy_block_after_pending"),
        ]
        ordering = ["-is_default", "name"]

    def __str__(self) -> str:
        return self.name
