"""The memory that makes a repeated request harmless."""

from django.db import models

from malha.staff.models import ApiToken


class IdempotentRequest(models.Model):
    """A write that carried an `Idempotency-Key`: its answer is replayed for 24 hours, its twin in flight gets 409."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="requests")
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotent_once")]
        indexes = [models.Index(fields=["started_at"], name="idempotent_started")]
