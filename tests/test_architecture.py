"""The rules of the house that a reader of one file can't see: who imports whom, and what not to
name a thing. Everything is read from the source; nothing is imported."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "market", "webhooks", "strategies", "alerts")
# A room may import those listed, and itself.
MAY_IMPORT = {
    "accounts": set(),
    "market": {"accounts"},
    "webhooks": {"accounts"},
    "strategies": {"accounts", "market"},
    "alerts": {"accounts", "market", "webhooks", "strategies"},
}
PLUMBING = ("trader.api", "trader.observability", "trader.work")
# The plumbing itself knows users and nothing else.
PLUMBING_MAY_IMPORT = {"accounts"}
ENGINE_MAY_IMPORT = {"numpy", "numba", "strategies"}
HEAVY = ("numba", "pandas", "exchange_calendars", "alpaca", "twisted.internet", "daphne")
BANNED_NAMES = {"utils", "helpers", "common", "core", "services", "misc", "manager"}
OWN = (*ROOMS, "trader")


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name in {"testing.py", "conftest.py"}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, names of modules after `from` included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def where(path: Path, line: int, what: str) -> str:
    return f"{path.relative_to(ROOT)}:{line} {what}"


def breaches(found: Iterator[str]) -> None:
    rows = list(found)
    assert not rows, "\n" + "\n".join(rows)


def is_plumbing(name: str) -> bool:
    return name.startswith(PLUMBING)


def test_rooms_import_in_one_direction_only():
    def found() -> Iterator[str]:
        for room in ROOMS:
            for path in files(room):
                allowed = MAY_IMPORT[room] | {room}
                for line, name in imports(path):
                    top = name.split(".")[0]
                    if top in ROOMS and top not in allowed:
                        yield where(path, line, name)

    breaches(found())


def test_rooms_import_only_the_plumbing_of_the_project():
    def found() -> Iterator[str]:
        for path in files(*ROOMS):
            for line, name in imports(path):
                if name.split(".")[0] == "trader" and not is_plumbing(name):
                    yield where(path, line, name)

    breaches(path for path in found() if "/tests/" not in path)


def test_plumbing_knows_no_room_but_users():
    def found() -> Iterator[str]:
        for path in files("trader/api", "trader/observability", "trader/work"):
            for line, name in imports(path):
                top = name.split(".")[0]
                is_upper = top in ROOMS and top not in PLUMBING_MAY_IMPORT
                if is_upper or (top == "trader" and not is_plumbing(name)):
                    yield where(path, line, name)

    breaches(found())


def test_engine_is_pure():
    def found() -> Iterator[str]:
        for path in files("strategies/engine"):
            if is_test(path):
                continue
            for line, name in imports(path):
                top = name.split(".")[0]
                is_known = top in sys.stdlib_module_names or top in ENGINE_MAY_IMPORT
                is_outside = top == "strategies" and not name.startswith("strategies.engine")
                if not is_known or is_outside or top in {"logging", "time", "os", "socket"}:
                    yield where(path, line, name)

    breaches(found())


def test_engine_asks_no_clock():
    def found() -> Iterator[str]:
        for path in files("strategies/engine"):
            for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if re.search(r"\.(now|today|utcnow)\(", text):
                    yield where(path, line, text.strip())

    breaches(found())


def test_rooms_enqueue_only_their_own_tasks():
    def found() -> Iterator[str]:
        for path in files(*ROOMS):
            if is_test(path):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                is_call = isinstance(node, ast.Call) and "async_task" in ast.dump(node.func)
                if not is_call or not node.args or not isinstance(node.args[0], ast.Constant):
                    continue
                task, room = str(node.args[0].value), path.relative_to(ROOT).parts[0]
                if not task.startswith(f"{room}."):
                    yield where(path, node.lineno, task)

    breaches(found())


def test_imports_in_functions_say_why():
    def found() -> Iterator[str]:
        for path in files(*OWN):
            text = path.read_text(encoding="utf-8")
            lines = text.splitlines()
            for function in ast.walk(ast.parse(text)):
                if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                for node in ast.walk(function):
                    if isinstance(node, ast.Import | ast.ImportFrom) and not is_test(path):
                        near = lines[max(0, node.lineno - 4) : node.lineno]
                        if not any("#" in line for line in near) and not _follows(lines, node):
                            yield where(path, node.lineno, "import without a reason")

    breaches(found())


def _follows(lines: list[str], node: ast.stmt) -> bool:
    """Whether the import stands in a block of imports that begins with a comment."""
    index = node.lineno - 2
    while index >= 0 and lines[index].lstrip().startswith(("from ", "import ")):
        index -= 1
    return lines[index].lstrip().startswith("#")


def test_no_vague_names():
    def found() -> Iterator[str]:
        for path in files(*OWN):
            if path.stem in BANNED_NAMES or path.parent.name in BANNED_NAMES:
                yield str(path.relative_to(ROOT))

    breaches(found())


def test_kernels_are_named_as_such():
    """What is compiled ends in `_nb`, so that nobody calls it by accident from slow code."""

    def found() -> Iterator[str]:
        for path in files("strategies/engine"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and not node.name.endswith("_nb"):
                    names = {ast.unparse(item).split("(")[0] for item in node.decorator_list}
                    if names & {"njit", "numba.njit", "jit.njit"}:
                        yield where(path, node.lineno, node.name)

    breaches(found())


@pytest.mark.parametrize("limit", [400])
def test_files_have_one_subject(limit):
    def found() -> Iterator[str]:
        for path in files(*OWN, "tests", "bench"):
            count = len(path.read_text(encoding="utf-8").splitlines())
            if count > limit:
                yield f"{path.relative_to(ROOT)}: {count} lines"

    breaches(found())


def test_every_room_has_its_frame():
    for room in ROOMS:
        for name in ("__init__.py", "apps.py", "urls.py", "api_urls.py", "tests/__init__.py"):
            assert (ROOT / room / name).is_file(), f"{room}/{name}"


def test_no_business_logic_in_signals():
    def found() -> Iterator[str]:
        for path in files(*ROOMS):
            for line, name in imports(path):
                if name.startswith(("django.db.models.signals", "django.dispatch")):
                    yield where(path, line, name)

    breaches(found())


def test_no_empty_except():
    def found() -> Iterator[str]:
        for path in files(*OWN):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.ExceptHandler):
                    continue
                only_pass = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
                is_wide = node.type is None or ast.unparse(node.type) in {
                    "Exception",
                    "BaseException",
                }
                if node.type is None or (only_pass and is_wide):
                    yield where(path, node.lineno, "swallows everything")

    breaches(found())


def test_nothing_tracked_names_a_machine():
    """No absolute home or work paths, and no package index, in what is published."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    # Spelled so that this file does not find itself.
    trace = re.compile(r"/(?:work|root|farm)/|p[y]pi\.|pythonh[o]sted|registry\.n[p]mjs")
    suffixes = {".py", ".md", ".txt", ".in", ".html", ".js", ".json", ".css", ".sh", ".toml", ""}

    def found() -> Iterator[str]:
        for name in filter(None, listed.stdout.split("\0")):
            path = ROOT / name
            if path.suffix not in suffixes or not path.is_file() or path.name.endswith(".min.js"):
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.splitlines(), 1):
                if path.name != "test_architecture.py" and trace.search(line):
                    yield f"{name}:{number} {line.strip()[:80]}"

    breaches(found())


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
