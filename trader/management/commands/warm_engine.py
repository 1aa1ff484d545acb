"""`manage.py warm_engine`: compile the engine into the cache on disk."""

import time

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the engine's kernels once; quick when it has been done."
    requires_system_checks: list[str] = []

    def handle(self, **options: object) -> None:
        # Loads numba, which the listing of commands should not.
        from trader.worker.warm_up import warm_up

        started = time.monotonic()
        warm_up()
        self.stdout.write(f"The engine is compiled ({time.monotonic() - started:.1f} s).")
