"""What the clock's door remembers: which job of the timetable ran for which local date."""

from django.db import models

from malha.core.due import DueRow


class TimetableRun(DueRow):
    """One job on one local date of the company. The unique row is the guard: whatever the clock or the zone does, and however
    many workers look, a date's job is done once (failure mode F69)."""

    job = models.CharField(max_length=40)
    local_date = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "local_date"], name="timetable_once_a_date")]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="timetable_due")]
        ordering = ["-local_date", "job"]

    def __str__(self) -> str:
        return f"{self.job} {self.local_date}"
