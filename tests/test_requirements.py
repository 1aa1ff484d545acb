"""The lock holds what each Python that is allowed needs, not only the one it was made with."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def pinned(group: str) -> set[str]:
    text = (ROOT / "requirements" / f"{group}.txt").read_text()
    return {canonicalize_name(name) for name in PINNED.findall(text)}


@pytest.mark.parametrize("group", ["base", "test"])
@pytest.mark.parametrize("python", ["3.11.0", "3.11.9", "3.12.4", "3.13.1"])
def test_lock_is_complete_on_every_python_allowed(group, python):
    """Debian 12 brings Python 3.11.2, for which some packages ask for more than for 3.11.3."""
    names = pinned(group)
    version = python.rpartition(".")[0]
    place = {"python_full_version": python, "python_version": version, "extra": ""}
    missing = {
        f"{name} needs {wanted.name}"
        for name in names
        for wanted in map(Requirement, distribution(name).requires or [])
        if (wanted.marker is None or wanted.marker.evaluate(place))
        and canonicalize_name(wanted.name) not in names
    }
    assert missing == set()
