"""`manage.py dev`: everything on this machine, under one process manager, for one developer."""

import os
import shlex
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import honcho.manager
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trader.demo import DEMO_EMAIL, DEMO_PASSWORD
from trader.web import bundles

# Every process drains within ten seconds; only then is it killed.
KILL_WAIT_SECONDS = 12
READY_SECONDS = 60.0


class Command(BaseCommand):
    help = "Migrate, seed, then run web, worker and feed until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--speed", default="60", help="times real time, of the simulated feed")

    def handle(self, *, port: int, speed: str, **options: object) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("`dev` is for development; production runs the Procfile.")
        refuse_taken_port(port)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("seed", base_url=f"http://127.0.0.1:{port}")
        collect_static()
        run(port, speed)


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as error:
            raise CommandError(f"{port} is not a port number.") from error
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken. Stop what listens there, or use another one: "
                f"make dev PORT={port + 1}"
            ) from error


def collect_static() -> None:
    """Hash and compress the static files, unless nothing has changed since the last time."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    folders = [*settings.STATICFILES_DIRS, bundles.PARTIALS]
    newest = max((_changed_at(Path(folder)) for folder in folders), default=0.0)
    if not manifest.exists() or manifest.stat().st_mtime < newest:
        settings.STORAGES["staticfiles"]["BACKEND"] = "trader.web.bundles.BundlingStorage"
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)


def _changed_at(folder: Path) -> float:
    return max((item.stat().st_mtime for item in (folder, *folder.rglob("*"))), default=0.0)


def run(port: int, speed: str) -> None:
    """Block until Ctrl-C, SIGTERM or the end of one of the processes."""
    honcho.manager.KILL_WAIT = KILL_WAIT_SECONDS
    manager = honcho.manager.Manager()
    python = f"exec {shlex.quote(sys.executable)} manage.py"
    env = os.environ | {"STATIC_COLLECTED": "1", "PYTHONUNBUFFERED": "1"}
    commands = {
        "web": f"web --port {port}",
        "worker": "worker",
        "feed": f"feed --source simulated --speed {speed}",
    }
    for name, command in commands.items():
        manager.add_process(name, f"{python} {command}", env=env, cwd=str(settings.BASE_DIR))
    threading.Thread(target=announce, args=(port,), daemon=True).start()
    manager.loop()
    # Ctrl-C is how this command is meant to end.
    raise SystemExit(0 if manager.returncode in (130, 143) else manager.returncode)


def announce(port: int) -> None:
    """Say where to go once the pages answer and a worker is there."""
    url = f"http://localhost:{port}/"
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        time.sleep(0.25)
        if _answers(f"{url}health/ready"):
            break
    lines = (
        "",
        f"  RoR Trader is running:  {url}",
        f"  Demo login:             {DEMO_EMAIL}  /  {DEMO_PASSWORD}",
        "  Stop with Ctrl-C.",
        "",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
