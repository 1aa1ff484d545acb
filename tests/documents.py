"""The examples of the documents, as tests execute them."""

import re
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[1] / "docs"


def blocks(document: str, language: str = "python") -> list[str]:
    text = (DOCS / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def block(document: str, mark: str, language: str = "python") -> str:
    """The one example that holds the mark."""
    (found,) = [one for one in blocks(document, language) if mark in one]
    return found


def executed(document: str, mark: str, module: ModuleType) -> dict[str, object]:
    """The names of an example, executed as if it stood at the end of a module."""
    names = dict(vars(module))
    exec(block(document, mark), names)
    return names


def row(document: str, mark: str, module: ModuleType) -> object:
    """An example that is one row of a module's table."""
    return eval(block(document, mark), dict(vars(module)))
