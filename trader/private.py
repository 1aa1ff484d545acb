"""What lies on the disk of a deployment is its own user's business."""

import os
from pathlib import Path

OWN_FOLDER, OWN_FILE = 0o700, 0o600


def make_private(folder: Path, *, is_default: bool) -> None:
    """Make the folder for its owner alone.

    One that is there already is narrowed only where nobody chose it: what an operator named may be
    shared on purpose.
    """
    if not folder.exists():
        folder.mkdir(parents=True, mode=OWN_FOLDER)
    elif is_default and folder.stat().st_uid == os.geteuid():
        folder.chmod(OWN_FOLDER)


def make_private_file(path: Path) -> None:
    """An empty file for its owner alone, for who goes on to write into it; SQLite's side files get
    the same permissions."""
    is_file = not path.name.startswith((":", "file:"))
    if is_file and path.parent.is_dir() and not path.exists():
        path.touch(mode=OWN_FILE)
