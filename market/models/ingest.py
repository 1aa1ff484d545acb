"""The record of one ingest: what was asked for and what came of it."""

from django.db import models


class IngestRun(models.Model):
    class Status(models.TextChoices):
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        CANCELLED = "cancelled"

    job = models.CharField(max_length=120, help_text="Only one run of a job at a time.")
    trigger = models.CharField(max_length=20, default="command")
    target = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    n_rows = models.PositiveIntegerField(default=0)
    n_staged = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Bars stored so far that nobody can see yet."
    )
    cancel_requested = models.BooleanField(default=False, db_default=False)
    n_new = models.PositiveIntegerField(default=0)
    n_revised = models.PositiveIntegerField(default=0)
    first_ts = models.BigIntegerField(null=True, blank=True)
    last_ts = models.BigIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    warnings = models.JSONField(default=list, blank=True)
    error = models.TextField(blank=True)
    lease_owner = models.CharField(max_length=160, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ingest_runs"
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=models.Q(status="running"), name="ingest_job_alone"
            ),
        ]
        indexes = [models.Index(fields=["started_at"], name="ingest_run_prune")]

    def __str__(self) -> str:
        return f"{self.job} {self.status}"
