"""`manage.py warm_engine`: compile the engine into the cache on disk."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from trader.worker.compile_lock import compiling_alone


class Command(BaseCommand):
    help = "Compile the engine's kernels once; quick when it has been done."
    requires_system_checks: list[str] = []

    def handle(self, **options: object) -> None:
        # Loads numba, which the listing of commands should not.
        from trader.worker.warm_up import warm_up

        started = time.monotonic()
        with compiling_alone(Path(settings.NUMBA_CACHE_DIR), self._say_who_compiles):
            warm_up()
        self.stdout.write(f"The engine is compiled ({time.monotonic() - started:.1f} s).")

    def _say_who_compiles(self) -> None:
        self.stdout.write("Another process is compiling the engine; waiting for its cache.")
