"""What all parts of docs/performance.md are written with."""

from __future__ import annotations

from typing import Any


def made_on(section: dict[str, Any]) -> str:
    m = section["machine"]
    return (
        f"{section['at']}, {m['cpus']} cores ({m['processor']}), Python {m['python']}, "
        f"load before {m['load_before']}.\n"
    )


def table(head: list[str], rows: list[list[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "not reached"
