"""The page of a long strategy in docs/performance.md."""

from __future__ import annotations

from typing import Any

from bench.written import made_on, table, verdict

HEAD = """## A strategy with {n_trades:,} trades

Its run took {run_s:.0f} s, its trust checks {trust_s:.0f} s. Medians of {rounds} answers of one web
process; memory is how far the process peaked above its size before. First contentful paint in a
headless browser: {first_paint_ms} ms (goal: 500).
"""
COLUMNS = ["page", "answer ms", "size KB", "memory MB", "verdict"]
MOST_MS, MOST_MB = 1000, 100


def part(section: dict[str, Any]) -> str:
    return "\n".join([HEAD.format(**section), made_on(section), table(COLUMNS, rows(section))])


def rows(section: dict[str, Any]) -> list[list[object]]:
    """A row each; goal: answers under a second, under 100 MB."""
    return [
        [name, one["ms"], one["kb"], one["memory_mb"],
         verdict(one["ms"] < MOST_MS and one["memory_mb"] < MOST_MB)]
        for name, one in section["pages"].items()
    ]  # fmt: skip
