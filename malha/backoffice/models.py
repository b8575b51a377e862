"""What the staff's door itself remembers: half-filled forms and saved views of lists."""

from django.conf import settings
from django.db import models

from malha.core.fields import EncryptedField


class FormDraft(models.Model):
    """A half-filled form on the server, visible to its author for 30 days. Encrypted: it holds personal data and a password."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=40)
    data = EncryptedField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "form"], name="draft_one_per_form")]


class SavedView(models.Model):
    """A list's filters under a name (Visões salvas)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="saved_view_once")]
        ordering = ["name"]
