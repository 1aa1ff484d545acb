"""What documents name is there: files of the tree, and the order that the rules keep."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ORDER

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"])
# Files of ours in backticks, with a folder before them.
NAMED = re.compile(
    r"`((?:accounts|market|webhooks|strategies|alerts|trader|scripts|docs|bench)"
    r"/[\w./-]+\.(?:py|md|html|js|csv|svg))`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_named_in_documents_exist(document):
    named = set(NAMED.findall(document.read_text(encoding="utf-8")))
    assert not {name for name in named if not (ROOT / name).is_file()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    links = {one.split("#")[0] for one in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text)}
    assert not {one for one in links if one and not (document.parent / one).exists()}


@pytest.mark.parametrize("room", ORDER)
def test_the_order_of_places_is_the_one_that_is_kept(room):
    """Places that come with later features are left out."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folder = room.replace(".", "/")
    rows = [line for line in text.splitlines() if line.startswith(f"| `{folder}` | ")]
    said = [one.split(", ") for one in rows[0].split("|")[2].strip().split(" · ")]
    there = [
        [place for place in line.split() if is_there(ROOT / folder / place)] for line in ORDER[room]
    ]
    assert said == [places for places in there if places]


def test_the_command_of_the_readme_says_what_the_readme_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = next(one for one in text.split("```") if one.lstrip().startswith("$ "))
    command, *output = block.strip().splitlines()
    done = subprocess.run(
        [sys.executable, *command.removeprefix("$ ").split()],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == output


def is_there(place: Path) -> bool:
    return place.is_dir() or place.with_suffix(".py").is_file()
