"""`manage.py cluster NAME`: one cluster; started by `manage.py worker`, not by hand."""

import multiprocessing
import os
import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trader.worker.parent_death import die_with_parent
from trader.worker.progress import PIPE_VARIABLE, connect_signals


class Command(BaseCommand):
    requires_system_checks = []
    help = "One task cluster of `manage.py worker`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--parent", type=int, required=True)

    def handle(self, *, name: str, parent: int, **options: object) -> None:
        if PIPE_VARIABLE not in os.environ or os.environ.get("Q_CLUSTER_NAME") != name:
            raise CommandError("Start clusters with `manage.py worker`.")
        die_with_parent(parent)
        connect_signals()
        multiprocessing.set_start_method("fork", force=True)
        # Reads its settings, with this cluster's name, when imported.
        from django_q.cluster import Cluster

        cluster = Cluster()
        cluster.start()
        cluster.sentinel.join()
        sys.exit(cluster.sentinel.exitcode or 0)
