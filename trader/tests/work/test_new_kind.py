"""The kind of work of docs/extending.md passes the tests that hold for every kind."""

import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.documents import blocks

SETTINGS = """
from trader.settings_test import *

INSTALLED_APPS = [*INSTALLED_APPS, "exports"]
"""
# What the document says in a sentence.
FILES = {
    "exports/__init__.py": "",
    "exports/tasks.py": """
from exports.compute import execute
from exports.queue import life


def run_export(export_id):
    life.do(export_id, execute)


def sweep():
    life.sweep()
""",
    "exports/testing.py": """
from exports.models import Export
from exports.queue import life


def make_queued_export(owner):
    return life.queue(Export(user=owner))
""",
    "exports/tests/conftest.py": "from accounts.testing import alice  # noqa: F401",
    "exports/tests/test_exports.py": """
from exports.tasks import run_export
from exports.testing import make_queued_export


def test_an_export_tells_whose_it_is(alice):
    row = make_queued_export(alice)
    run_export(row.pk)
    row.refresh_from_db()
    assert (row.status, row.text) == ("succeeded", "All that alice@example.com has")
""",
    "settings_with_exports.py": SETTINGS,
}


def written(folder: Path) -> None:
    named = [(re.match(r"# (exports/\w+\.py)\n", text), text) for text in blocks("extending.md")]
    shown = {name[1]: text for name, text in named if name}
    assert {"exports/models.py", "exports/queue.py", "exports/compute.py"} == set(shown)
    for name, text in {**FILES, **shown}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_every_test_of_work_holds_for_it(tmp_path):
    """In a process of its own: a model can't be forgotten again."""
    written(tmp_path)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL") and not name.startswith("PYTEST_")
    }
    environment |= {
        "DJANGO_SETTINGS_MODULE": "settings_with_exports",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(settings.BASE_DIR)]),
    }
    chosen = ["-k", "export", "-m", "not postgresql", "-p", "no:cacheprovider", "--no-migrations"]
    command = [sys.executable, "-m", "pytest", *chosen, "trader/tests/work", str(tmp_path)]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"\.", done.stdout.splitlines()[0])) > 30
