"""How the figures of the drill-down are written."""

from __future__ import annotations

from typing import Any

from bench.written import made_on, table, verdict

TITLE = "## Drill-down: a full tab in the builder\n"
HEAD = (
    "{days} days of one-minute bars; medians of {runs} questions that nobody has asked before, by a"
    " browser with one web process and the workers, SQLite. Compute is what a worker takes from"
    " claim to end; first and all cards are from the click until they are on the page.\n"
)
COLUMNS = ["tab", "cards", "compute ms", "first card ms", "all cards ms", "< 500 and < 300"]
MOST_COMPUTE_MS, MOST_FIRST_MS = 500, 300


def part(section: dict[str, Any]) -> str:
    head = HEAD.format(**section["entry"])
    return "\n".join([TITLE, made_on(section), head, table(COLUMNS, rows(section))])


def rows(section: dict[str, Any]) -> list[list[Any]]:
    tabs = {name: one for name, one in section.items() if isinstance(one, dict) and "cards" in one}
    return [
        [
            name,
            one["cards"],
            *(one[key] for key in ("compute_ms", "first_card_ms", "all_cards_ms")),
            verdict(one["compute_ms"] < MOST_COMPUTE_MS and one["first_card_ms"] < MOST_FIRST_MS),
        ]
        for name, one in tabs.items()
    ]
