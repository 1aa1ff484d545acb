"""The rules of the house: each takes a `Tree` and yields what breaks it, a line per breach.

`test_architecture.py` holds the project against them, and shows that each of them can be broken.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.architecture.tree import OWN, ROOMS, Tree, circles, is_in, reached_from

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

# Places inside a room, the lowest first; a place may import those before it, and itself. Places
# on one line do not know each other. What is not named here (tasks, commands, addresses, the
# admin, builders of tests) comes after all of them.
ORDER: dict[str, tuple[str, ...]] = {
    "strategies.engine": (
        "errors version", "types", "jit", "template", "indicators", "spec", "nodes", "walk",
        "figures", "evidence", "program", "report", "search", "trust",
    ),
    "strategies": (
        "engine", "record", "querysets", "models", "hooks", "conventions", "words", "bars",
        "packs", "checking", "search", "trust", "from_file", "ledger", "runs", "forward",
        "previews", "saving", "origins", "replay", "periods", "display verdict listing",
        "compare", "versions", "reports", "builder", "drilldown", "views api",
    ),
    "alerts": (
        "socket kinds", "querysets", "models", "config explanation outgoing", "display chart",
        "drawing", "monitor", "matching", "signals", "acknowledging sample_alert replays",
        "replay_chart replay_end", "forms serializers", "views api sample_api",
    ),
    "webhooks": (
        "events signing hooks profiles", "querysets", "models", "bodies", "outbound inbound echo",
        "rules previews", "meaning_rules", "body_fields body_serializer",
        "forms serializers sample_serializers", "display drafts",
        "views api",
    ),
}  # fmt: skip
# What the whole of a place may import beside its own room's order.
ONLY = {
    "strategies.engine": {"numpy", "numba", "strategies.engine"},
    "alerts.socket": {"accounts", "alerts.socket", "channels", "django", "redis", "structlog"},
}
WITHOUT_DJANGO = (
    "strategies.engine", "strategies.record", "strategies.from_file", "market.sources",
    "webhooks.profiles", "alerts.kinds",
)  # fmt: skip
NOT_IN_ENGINE = {"logging", "time", "os", "socket"}
MOST_FILES = 25
# Folders that grow with every kind of thing, a file each.
UNCOUNTED = {"indicators", "rules", "tests", "migrations"}
# Folders below `tests` that hold no tests of a folder.
TEST_MATERIAL = {"data", "mutants", "twins"}
MOST_LINES = 400
# Mentions of `Any` per 1,000 lines of the product.
MOST_ANY = 7
BANNED_NAMES = {"utils", "helpers", "common", "core", "services", "misc", "manager"}


def rooms_import_in_one_direction(tree: Tree) -> Iterator[str]:
    for room in ROOMS:
        allowed = MAY_IMPORT[room] | {room}
        for module in tree.inside(room, tests=True):
            for line, name in module.imports:
                top = name.split(".")[0]
                if top in ROOMS and top not in allowed:
                    yield module.at(line, name)


def rooms_import_only_the_plumbing_of_the_project(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*ROOMS):
        for line, name in module.imports:
            if name.split(".")[0] == "trader" and not name.startswith(PLUMBING):
                yield module.at(line, name)


def plumbing_knows_no_room_but_users(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*PLUMBING):
        for line, name in module.imports:
            top = name.split(".")[0]
            is_upper = top in ROOMS and top not in PLUMBING_MAY_IMPORT
            if is_upper or (top == "trader" and not name.startswith(PLUMBING)):
                yield module.at(line, name)


def places_import_downwards(tree: Tree) -> Iterator[str]:
    for room, order in ORDER.items():
        floors = {place: floor for floor, line in enumerate(order) for place in line.split()}
        for module in tree.inside(room):
            own = place_of(module.name, room, floors)
            if own is None or (room == "strategies" and own == "engine"):
                continue
            for line, name in tree.arrows(module):
                other = place_of(name, room, floors)
                is_other = is_in(name, room) and name != room and other != own
                if is_other and (other is None or floors[other] >= floors[own]):
                    yield module.at(line, f"{own} imports {name}")


def place_of(name: str, room: str, floors: Iterable[str]) -> str | None:
    """The place inside a room in which a module lies; None for what comes after all places."""
    if not is_in(name, room) or name == room:
        return None
    place = name.removeprefix(f"{room}.").split(".")[0]
    return place if place in floors else None


def no_circle_of_files(tree: Tree) -> Iterator[str]:
    """A folder's `__init__` counts as a file only where it is named itself."""
    graph = {
        module.name: {name for _, name in tree.arrows(module)} & tree.modules.keys()
        for module in tree.inside(*OWN)
    }
    for circle in circles(graph):
        yield " -> ".join(circle)


def folders_are_small(tree: Tree) -> Iterator[str]:
    counts: dict[Path, int] = {}
    for module in tree.inside(*OWN, tests=True):
        folder = module.path.parent
        if not UNCOUNTED & set(folder.parts):
            counts[folder] = counts.get(folder, 0) + 1
    for folder, count in sorted(counts.items()):
        if count > MOST_FILES:
            yield f"{folder}: {count} files"


def tests_mirror_the_tree(tree: Tree) -> Iterator[str]:
    """A folder of tests is named after the folder whose files it is about."""
    for module in tree.inside(*OWN, tests=True):
        above, _, below = module.path.parent.as_posix().partition("/tests/")
        place = tree.root / above / below.split("/")[0]
        is_material = below.split("/")[0] in TEST_MATERIAL
        if below and not is_material and not place.is_dir():
            yield f"{module.path.parent}: there is no {above}/{below}"


def some_places_are_without_django(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*WITHOUT_DJANGO):
        for name in reached_from(tree, module):
            for line, imported in tree.modules[name].imports:
                if imported.split(".")[0] in {"django", "django_q", "rest_framework"}:
                    yield module.at(line, f"reaches {imported} by {name}")


def some_places_import_little(tree: Tree) -> Iterator[str]:
    for place, allowed in ONLY.items():
        for module in tree.inside(place):
            for line, name in module.imports:
                is_standard = name.split(".")[0] in sys.stdlib_module_names
                if not is_standard and not any(is_in(name, one) for one in allowed):
                    yield module.at(line, name)


def engine_is_pure(tree: Tree) -> Iterator[str]:
    for module in tree.inside("strategies.engine"):
        for line, name in module.imports:
            if name.split(".")[0] in NOT_IN_ENGINE:
                yield module.at(line, name)
        for number, text in enumerate(module.lines, 1):
            if re.search(r"\.(now|today|utcnow)\(", text):
                yield module.at(number, text.strip())


def views_and_api_import_no_views(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*ROOMS):
        parts = module.name.split(".")[1:]
        if not {"views", "api"} & set(parts):
            continue
        own = "views" if "views" in parts else "api"
        for line, name in tree.arrows(module):
            is_api = own == "views" and "api" in name.split(".")[1:]
            if is_in(name, module.room) and ("views" in name.split(".")[1:] or is_api):
                yield module.at(line, name)


def hooks_are_filled_by_the_composition(tree: Tree) -> Iterator[str]:
    """A list of callbacks is offered in a `hooks.py`; only `trader/composition.py` adds to it."""
    for module in tree.inside(*OWN):
        if module.name == "trader.composition":
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                text = ast.unparse(node.func)
                if re.fullmatch(r"(\w+\.)*\w*hooks\.\w+\.(append|extend|insert)", text):
                    yield module.at(node.lineno, text)


def rooms_enqueue_only_their_own_tasks(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*ROOMS):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                for task in _tasks_of(node):
                    if not task.startswith(f"{module.room}."):
                        yield module.at(node.lineno, task)


def _tasks_of(call: ast.Call) -> Iterator[str]:
    """The task that is enqueued here, or that a kind of work names as its own."""
    is_enqueued = "async_task" in ast.dump(call.func)
    named = [one.value for one in call.keywords if one.arg == "task"]
    for value in [*(call.args[:1] if is_enqueued else ()), *named]:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def imports_in_functions_say_why(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*OWN):
        for function in ast.walk(module.tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    near = module.lines[max(0, node.lineno - 4) : node.lineno]
                    if not any("#" in line for line in near) and not _follows(module.lines, node):
                        yield module.at(node.lineno, "import without a reason")


def _follows(lines: list[str], node: ast.stmt) -> bool:
    """Whether the import stands in a block of imports that begins with a comment."""
    index = node.lineno - 2
    while index >= 0 and lines[index].lstrip().startswith(("from ", "import ")):
        index -= 1
    return lines[index].lstrip().startswith("#")


def no_vague_names(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*OWN, tests=True):
        if module.path.stem in BANNED_NAMES or module.path.parent.name in BANNED_NAMES:
            yield str(module.path)


def kernels_are_named_as_such(tree: Tree) -> Iterator[str]:
    """What is compiled ends in `_nb`, so that nobody calls it by accident from slow code."""
    for module in tree.inside("strategies.engine"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef) and not node.name.endswith("_nb"):
                names = {ast.unparse(item).split("(")[0] for item in node.decorator_list}
                if names & {"njit", "numba.njit", "kernel", "lean", "inlined"}:
                    yield module.at(node.lineno, node.name)


def files_have_one_subject(tree: Tree) -> Iterator[str]:
    for module in tree.modules.values():
        if len(module.lines) > MOST_LINES:
            yield f"{module.path}: {len(module.lines)} lines"


def any_is_rare(tree: Tree) -> Iterator[str]:
    """Its mentions are counted, imports included: each is a place where types know nothing."""
    modules = list(tree.inside(*OWN))
    n_lines = sum(len(module.lines) for module in modules)
    n_mentions = sum(len(re.findall(r"\bAny\b", module.text)) for module in modules)
    if n_mentions * 1000 > MOST_ANY * n_lines:
        yield f"{n_mentions} mentions of Any in {n_lines} lines"


def every_room_has_its_frame(tree: Tree) -> Iterator[str]:
    for room in ROOMS:
        for name in ("__init__.py", "apps.py", "urls.py", "api_urls.py", "tests/__init__.py"):
            if not (tree.root / room / name).is_file():
                yield f"{room}/{name}"


def no_business_logic_in_signals(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*ROOMS):
        for line, name in module.imports:
            if name.startswith(("django.db.models.signals", "django.dispatch")):
                yield module.at(line, name)


def no_empty_except(tree: Tree) -> Iterator[str]:
    for module in tree.inside(*OWN, tests=True):
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            only_pass = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            is_wide = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            if node.type is None or (only_pass and is_wide):
                yield module.at(node.lineno, "swallows everything")


RULES: tuple[Callable[[Tree], Iterator[str]], ...] = (
    rooms_import_in_one_direction,
    rooms_import_only_the_plumbing_of_the_project,
    plumbing_knows_no_room_but_users,
    places_import_downwards,
    no_circle_of_files,
    folders_are_small,
    tests_mirror_the_tree,
    some_places_are_without_django,
    some_places_import_little,
    engine_is_pure,
    views_and_api_import_no_views,
    hooks_are_filled_by_the_composition,
    rooms_enqueue_only_their_own_tasks,
    imports_in_functions_say_why,
    no_vague_names,
    kernels_are_named_as_such,
    files_have_one_subject,
    any_is_rare,
    every_room_has_its_frame,
    no_business_logic_in_signals,
    no_empty_except,
)
