"""docs/extending.md names files that exist, and each of its examples is executed by some test."""

import re

import pytest

from tests.documents import DOCS, blocks

ROOT = DOCS.parent
ROOMS = ("accounts", "alerts", "market", "strategies", "trader", "webhooks", "tests")
TEXT = (DOCS / "extending.md").read_text(encoding="utf-8")
MARK = re.compile(r"""extending\.md", ("[^"\n]+"|'[^'\n]+')""")
# The files of a made-up room, which the test of a new kind of work writes and runs.
FILES_OF_A_ROOM = re.compile(r"# exports/\w+\.py\n")


def marks() -> set[str]:
    """By what tests find their examples."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    found = (mark for path in files for mark in MARK.findall(path.read_text(encoding="utf-8")))
    return {mark[1:-1] for mark in found} | {"TEMPLATE = Template("}


@pytest.mark.parametrize("language", ["python", "html"])
def test_every_example_is_executed(language):
    known = marks()
    idle = [
        text
        for text in blocks("extending.md", language)
        if not FILES_OF_A_ROOM.match(text) and not any(mark in text for mark in known)
    ]
    assert idle == []


def test_the_files_it_names_exist():
    named = {name for name in re.findall(r"`([\w./]+)`", TEXT) if "/" in name}
    made_up = {"templates/packs/states.html"}
    assert len(named) > 15
    for name in named - made_up:
        assert any((ROOT / start / name).exists() for start in ("", "strategies")), name


def test_its_links_lead_somewhere():
    titles = {re.sub(r"\W+", "-", title.lower()) for title in re.findall(r"^## (.+)$", TEXT, re.M)}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        name, _, anchor = target.partition("#")
        assert (DOCS / name).exists()
        assert name or anchor in titles
