"""The project keeps the rules of the house, and each rule notices when it is broken."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.figures import structures
from tests.architecture.rules import MOST_FILES, MOST_LINES, RULES
from tests.architecture.tree import Tree

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("numba", "pandas", "exchange_calendars", "alpaca", "twisted.internet", "daphne")
NAMES = [rule.__name__ for rule in RULES]
ENGINE = "strategies/engine"
PLUMBING = "trader/api"
# By rule: the smallest tree that breaks it, and what is said of it.
BROKEN = {
    "rooms_import_in_one_direction": (
        {"market/bars.py": "from strategies import models", "strategies/models.py": ""},
        "market/bars.py:1 strategies.models",
    ),
    "rooms_import_only_the_plumbing_of_the_project": (
        {"market/bars.py": "import trader.settings"},
        "market/bars.py:1 trader.settings",
    ),
    "plumbing_knows_no_room_but_users": (
        {f"{PLUMBING}/pages.py": "from market.bars import load"},
        f"{PLUMBING}/pages.py:1 market.bars.load",
    ),
    "places_import_downwards": (
        {
            "strategies/record/exits.py": "from strategies.builder.form import Form",
            "strategies/builder/form.py": "class Form: ...",
        },
        "record imports strategies.builder.form",
    ),
    "no_circle_of_files": (
        {
            "alerts/one.py": "from typing import TYPE_CHECKING\n"
            "if TYPE_CHECKING:\n    from alerts.two import Two",
            "alerts/two.py": "from alerts import one\nclass Two: ...",
        },
        "alerts.one -> alerts.two -> alerts.one",
    ),
    "folders_are_small": (
        {f"alerts/file_{i}.py": "" for i in range(MOST_FILES + 1)},
        f"alerts: {MOST_FILES + 1} files",
    ),
    "tests_mirror_the_tree": (
        {"alerts/tests/monitor/test_store.py": ""},
        "alerts/tests/monitor: there is no alerts/monitor",
    ),
    "some_places_are_without_django": (
        {"strategies/record/exits.py": "from market.rows import Row",
         "market/rows.py": "from django.db import models\nRow = models.Model"},
        "strategies/record/exits.py:1 reaches django.db.models by market.rows",
    ),
    "some_places_import_little": (
        {"alerts/socket/tail.py": "from alerts.models import Alert", "alerts/models.py": ""},
        "alerts/socket/tail.py:1 alerts.models.Alert",
    ),
    "engine_is_pure": (
        {f"{ENGINE}/walk/kernel.py": "from datetime import datetime\nnow = datetime.now()"},
        "strategies/engine/walk/kernel.py:2 now = datetime.now()",
    ),
    "views_and_api_import_no_views": (
        {"alerts/api.py": "from alerts.views import lists", "alerts/views/lists.py": ""},
        "alerts/api.py:1 alerts.views.lists",
    ),
    "hooks_are_filled_by_the_composition": (
        {"alerts/apps.py": "from strategies import hooks\nhooks.on_reset.append(print)"},
        "alerts/apps.py:2 hooks.on_reset.append",
    ),
    "rooms_enqueue_only_their_own_tasks": (
        {"market/feed.py": "async_task('alerts.tasks.evaluate', 1)"},
        "market/feed.py:1 alerts.tasks.evaluate",
    ),
    "imports_in_functions_say_why": (
        {"market/feed.py": "def start():\n    import json\n    return json"},
        "market/feed.py:2 import without a reason",
    ),
    "no_vague_names": ({"market/utils.py": ""}, "market/utils.py"),
    "kernels_are_named_as_such": (
        {f"{ENGINE}/walk/kernel.py": "@lean\ndef walk(): ..."},
        "strategies/engine/walk/kernel.py:2 walk",
    ),
    "files_have_one_subject": (
        {"market/bars.py": "\n" * (MOST_LINES + 1)},
        f"market/bars.py: {MOST_LINES + 1} lines",
    ),
    "any_is_rare": (
        {"market/bars.py": "from typing import Any\nbars: Any = None"},
        "2 mentions of Any in 2 lines",
    ),
    "every_room_has_its_frame": ({"market/__init__.py": ""}, "market/apps.py"),
    "no_business_logic_in_signals": (
        {"market/apps.py": "from django.db.models.signals import post_save"},
        "market/apps.py:1 django.db.models.signals.post_save",
    ),
    "no_empty_except": (
        {"market/bars.py": "try:\n    pass\nexcept Exception:\n    pass"},
        "market/bars.py:3 swallows everything",
    ),
}  # fmt: skip


def planted(root: Path, sources: dict[str, str]) -> Tree:
    for name, text in sources.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Tree(root)


@pytest.fixture(scope="module")
def project() -> Tree:
    return Tree(ROOT)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_the_project_keeps(rule, project):
    rows = list(rule(project))
    assert not rows, "\n" + "\n".join(rows)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_is_noticed_when_broken(rule, tmp_path):
    sources, expected = BROKEN[rule.__name__]
    rows = list(rule(planted(tmp_path, sources)))
    assert any(expected in row for row in rows), rows


@pytest.mark.parametrize("name", [name for name in NAMES if name != "every_room_has_its_frame"])
def test_nothing_is_noticed_where_nothing_is(name, tmp_path):
    rule = next(rule for rule in RULES if rule.__name__ == name)
    assert list(rule(planted(tmp_path, {"market/bars.py": "n = 1\n"}))) == []


def test_places_on_one_line_do_not_know_each_other(tmp_path):
    rule = next(rule for rule in RULES if rule.__name__ == "places_import_downwards")
    sources = {
        "webhooks/outbound/sender.py": "from webhooks.echo import views",
        "webhooks/echo/views.py": "",
    }
    assert len(list(rule(planted(tmp_path, sources)))) == 1


def test_work_names_tasks_of_its_own_room(tmp_path):
    rule = next(rule for rule in RULES if rule.__name__ == "rooms_enqueue_only_their_own_tasks")
    sources = {"market/queue.py": "life = Life(task='alerts.tasks.sweep')"}
    assert list(rule(planted(tmp_path, sources))) == ["market/queue.py:1 alerts.tasks.sweep"]


def test_a_circle_through_three_files_is_named_whole(tmp_path):
    rule = next(rule for rule in RULES if rule.__name__ == "no_circle_of_files")
    sources = {
        "alerts/a.py": "from alerts import b",
        "alerts/b.py": "from alerts import c",
        "alerts/c.py": "def late():\n    # Late.\n    from alerts import a\n    return a",
        "alerts/d.py": "from alerts import a",
    }
    rows = list(rule(planted(tmp_path, sources)))
    assert rows == ["alerts.a -> alerts.b -> alerts.c -> alerts.a"]


def test_the_structure_is_counted(tmp_path):
    sources = {
        "alerts/__init__.py": "",
        "alerts/a.py": "from alerts import b",
        "alerts/b.py": "from alerts import a, c",
        "alerts/c.py": "from typing import Any",
        "alerts/d.py": "from alerts import a",
    }
    rows = {row.place: row for row in structures(planted(tmp_path, sources))}
    assert rows["alerts"] == ("alerts", 4, 4, 4, 2, 3, 250.0)


@pytest.mark.processes
def test_five_walks_are_followed():
    command = [sys.executable, "-m", "tests.architecture", "walks"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for walk in ("bar to alert", "alert to endpoint", "form to strategy", "API write", "search"):
        assert f"\n| {walk}" in done.stdout


def test_nothing_tracked_names_a_machine():
    """No absolute home or work paths, and no package index, in what is published."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    # Spelled so that this file does not find itself.
    trace = re.compile(r"(?<!\w)/(?:work|root|farm)/|p[y]pi\.|pythonh[o]sted|registry\.n[p]mjs")
    suffixes = {".py", ".md", ".txt", ".in", ".html", ".js", ".json", ".css", ".sh", ".toml", ""}
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix not in suffixes or not path.is_file() or path.name.endswith(".min.js"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if path != Path(__file__).resolve() and trace.search(line):
                found.append(f"{name}:{number} {line.strip()[:80]}")
    assert not found


def test_start_up_stays_light():
    """Setting up Django and its addresses loads none of the slow libraries."""
    code = (
        "import django, sys; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
