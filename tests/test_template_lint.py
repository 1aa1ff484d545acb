"""`make lint` refuses templates whose lines are too long."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = "scripts/check_templates.py"


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_line_too_long_is_named(tmp_path):
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts/_row.html").write_text("<tr>\n" + "x" * 121 + "\n</tr>\n")
    done = check(tmp_path)
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path}/alerts/_row.html:2: 121 characters, at most 120\n"


def test_letters_are_counted_and_mails_left_alone(tmp_path):
    (tmp_path / "page.html").write_text("“" * 120 + "\n", encoding="utf-8")
    (tmp_path / "mail.txt").write_text("x" * 400)
    done = check(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_lint_runs_it():
    recipe = (ROOT / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
    assert SCRIPT in recipe
