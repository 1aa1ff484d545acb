"""`python -m bench [engine|search|drill|http ...]`: measure all, or the sections that are named.

Writes JSON under `bench/results/` and docs/performance.md.

Sections that are not measured in a run keep the figures of the newest result that has them.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trader.settings")
django.setup()

from bench import (  # noqa: E402
    depth,
    detail,
    drill,
    engine,
    history,
    http,
    lighthouse,
    live,
    ready,
    report,
    search,
)
from tests import servers  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"


def measure_live() -> dict[str, Any]:
    """The live path on the embedded default, and on PostgreSQL with Redis where they are."""
    result: dict[str, Any] = {"embedded": live.run()}
    try:
        with servers.postgresql() as database, servers.redis_server() as redis:
            result["postgresql_redis"] = live.run(database, redis)
    except servers.NotAvailableError as error:
        say(f"live on PostgreSQL and Redis: NOT RUN ({error})")
    return result


SECTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    "engine": engine.run,
    "depth": depth.run,
    "search": search.run,
    "drill": drill.run,
    "http": http.run,
    "detail": detail.run,
    "live": measure_live,
    "history": history.run,
    "ready": ready.run,
    "lighthouse": lighthouse.run,
}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def machine() -> dict[str, Any]:
    model = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = (line.split(":", 1) for line in info.read_text().splitlines() if ":" in line)
        model = next((value.strip() for name, value in lines if name.strip() == "model name"), "")
    return {
        "cpus": os.cpu_count(),
        "processor": model,
        "python": platform.python_version(),
        "system": platform.system(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        say(f"unknown: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
        return 2
    at = datetime.now(UTC)
    result: dict[str, Any] = {"at": at.isoformat(timespec="seconds"), "machine": machine()}
    missing: list[str] = []
    for name in names or list(SECTIONS):
        say(f"measuring {name} …")
        try:
            result[name] = SECTIONS[name]()
        except lighthouse.NotInstalledError as error:
            say(f"{name}: NOT RUN ({error})")
            missing.append(name)
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{at:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
    document = ROOT / "docs" / "performance.md"
    document.write_text(report.document(report.newest_sections(RESULTS)))
    say(f"wrote {path.relative_to(ROOT)} and {document.relative_to(ROOT)}")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
