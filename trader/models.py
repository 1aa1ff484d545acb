"""What the processes know about each other: who works, and when a sweep last ran."""

from django.db import models


class WorkerHeartbeat(models.Model):
    """One running cluster under a watchdog; the watchdog writes the row while all is well."""

    worker_id = models.CharField(max_length=80)
    cluster = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    last_task_at = models.DateTimeField(null=True)
    n_busy = models.PositiveSmallIntegerField(default=0)
    n_workers = models.PositiveSmallIntegerField(default=0)
    n_restarts = models.PositiveIntegerField(default=0)
    last_restart_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "worker_heartbeats"
        constraints = [
            models.UniqueConstraint(fields=["worker_id", "cluster"], name="worker_cluster_once"),
        ]
        indexes = [models.Index(fields=["cluster", "beat_at"], name="worker_alive")]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.cluster}"


class EnginePreparation(models.Model):
    """A worker that waits for the engine to be compiled; the row goes when it is."""

    worker_id = models.CharField(max_length=80, unique=True)
    n_done = models.PositiveSmallIntegerField(default=0)
    n_parts = models.PositiveSmallIntegerField(default=0)
    elapsed_s = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField()

    class Meta:
        db_table = "engine_preparations"

    def __str__(self) -> str:
        return f"{self.worker_id} {self.n_done} of {self.n_parts}"


class Sweep(models.Model):
    """A periodic look for work whose task was lost.

    `enqueued_at` is set by whichever worker process enqueues it; `finished_at` by the task.
    """

    name = models.CharField(max_length=120, primary_key=True)
    enqueued_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    duration_ms = models.FloatField(null=True)

    class Meta:
        db_table = "sweeps"

    def __str__(self) -> str:
        return self.name
