"""Sources as a tree of modules and the arrows between them. Nothing is imported, all is read.

Names under `TYPE_CHECKING` count like any other.
"""

import ast
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

ROOMS = ("accounts", "market", "webhooks", "strategies", "alerts")
OWN = (*ROOMS, "trader")


class Import(NamedTuple):
    line: int
    name: str


class Module:
    """One source file: its dotted name and what it imports."""

    def __init__(self, root: Path, path: Path) -> None:
        self.path = path.relative_to(root)
        parts = self.path.with_suffix("").parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.text = path.read_text(encoding="utf-8")
        self.lines = self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[Import]:
        """Everything imported, names after `from` included."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [Import(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found += [Import(node.lineno, f"{node.module}.{a.name}") for a in node.names]
        return found

    @property
    def is_test(self) -> bool:
        return "tests" in self.path.parts or self.path.name in {"testing.py", "conftest.py"}

    @property
    def room(self) -> str:
        return self.path.parts[0]

    def at(self, line: int, what: str) -> str:
        return f"{self.path}:{line} {what}"


class Tree:
    """All sources below a folder, without migrations and what is not ours."""

    def __init__(self, root: Path) -> None:
        self.root = root
        paths = [path for top in (*OWN, "tests", "bench") for path in (root / top).rglob("*.py")]
        modules = [Module(root, path) for path in sorted(paths) if "migrations" not in path.parts]
        self.modules = {module.name: module for module in modules}

    def inside(self, *places: str, tests: bool = False) -> Iterator[Module]:
        for module in self.modules.values():
            if any(is_in(module.name, place) for place in places) and (tests or not module.is_test):
                yield module

    def target(self, name: str) -> str:
        """The module that an imported name is, or lies in; empty when it is none of ours."""
        while name:
            if name in self.modules:
                return name
            name = name.rpartition(".")[0]
        return ""

    def arrows(self, module: Module) -> Iterator[Import]:
        """The modules of this tree that a module imports."""
        for line, name in module.imports:
            target = self.target(name)
            if target and target != module.name:
                yield Import(line, target)


def is_in(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def reached_from(tree: Tree, module: Module) -> set[str]:
    """The module, all it imports and all these import, with the folders they lie in."""
    found: set[str] = set()
    queue = [module.name]
    while queue:
        name = queue.pop()
        if name not in found and name in tree.modules:
            found.add(name)
            queue += [one for _, one in tree.arrows(tree.modules[name])]
            queue.append(name.rpartition(".")[0])
    return found


def circles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    """One circle for each knot of nodes that reach each other."""
    left = dict(graph)
    while left:
        node = next(iter(left))
        path = _way_back(node, left)
        if path is None:
            del left[node]
        else:
            yield path
            for one in path:
                left.pop(one, None)


def _way_back(start: str, graph: dict[str, set[str]]) -> list[str] | None:
    """The nodes from `start` back to it; None when it does not reach itself."""
    came_from: dict[str, str] = {}
    queue = [start]
    while queue:
        node = queue.pop()
        for following in sorted(graph.get(node, ())):
            if following == start:
                path = [node]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return [*reversed(path), start]
            if following in graph and following not in came_from:
                came_from[following] = node
                queue.append(following)
    return None
