"""Fails on a line of a page template that is too long to be read at a glance.

Texts sent by mail (*.txt) are left out: there a line break is part of what is sent.
"""

import sys
from pathlib import Path

LONGEST = 120


def long_lines(folder: Path) -> list[str]:
    return [
        f"{path}:{number}: {len(line)} characters, at most {LONGEST}"
        for path in sorted(folder.rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]


if __name__ == "__main__":
    sys.exit("\n".join(long_lines(Path(*sys.argv[1:] or ["templates"]))) or 0)
