"""The structure in figures: files, imports, circles and depth of each room."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from tests.architecture.tree import OWN, Tree

PLACES = ("strategies.engine", *OWN)


class Structure(NamedTuple):
    """`circles`: files that reach themselves by imports. `any_mentions`: per 1,000 lines."""

    place: str
    files: int
    lines: int
    imports: int
    circles: int
    floors: int
    any_mentions: float


def graph_of(tree: Tree, *places: str) -> dict[str, set[str]]:
    """By module: the modules of these places that it imports; a folder's face is no module."""
    modules = {m.name: m for m in tree.inside(*places) if m.path.name != "__init__.py"}
    return {
        name: {one for _, one in tree.arrows(module)} & modules.keys()
        for name, module in modules.items()
    }


def reached(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """By module: all that it imports, straight or through others; itself when in a circle."""
    found = {}
    for start in graph:
        seen: set[str] = set()
        queue = list(graph[start])
        while queue:
            name = queue.pop()
            if name not in seen:
                seen.add(name)
                queue += graph[name]
        found[start] = seen
    return found


def structures(tree: Tree) -> Iterator[Structure]:
    for place in PLACES:
        graph = graph_of(tree, place)
        below = reached(graph)
        modules = list(tree.inside(place))
        n_lines = sum(len(module.lines) for module in modules)
        n_any = sum(len(re.findall(r"\bAny\b", module.text)) for module in modules)
        yield Structure(
            place,
            len(graph),
            n_lines,
            sum(map(len, graph.values())),
            sum(name in below[name] for name in graph),
            max(map(_depth_in(below), graph), default=0),
            round(1000 * n_any / max(1, n_lines), 1),
        )


def _depth_in(below: dict[str, set[str]]) -> Callable[[str], int]:
    """Files from a module down to the ground; those of one circle stand on one floor."""

    @cache
    def depth(name: str) -> int:
        under = [one for one in below[name] if name not in below[one]]
        return 1 + max((depth(one) for one in under), default=0)

    return depth
