"""Instants read the same wherever they are written: by templates and by scripts."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from trader.work.instants import day_text, instant_text, zone_text

ROOT = Path(__file__).resolve().parents[2]
# Epoch seconds, zone, now; then as a minute, as a second, as a date.
TABLE = json.loads((Path(__file__).parent / "data/instants.json").read_text())


def at(ts: int) -> datetime:
    return datetime.fromtimestamp(ts, UTC)


@pytest.mark.parametrize(("ts", "zone", "now", "minute", "second", "day"), TABLE)
def test_templates_write_an_instant_as_typed(ts, zone, now, minute, second, day, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(now))
    with timezone.override(zone):
        assert instant_text(at(ts)) == minute
        assert instant_text(at(ts), has_seconds=True) == second
        assert day_text(timezone.localdate(at(ts))) == day


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_scripts_write_the_same() -> None:
    script = (
        (ROOT / "static/js/instants.js").read_text()
        + """
    const rows = JSON.parse(require("fs").readFileSync(0));
    console.log(JSON.stringify(rows.map(([ts, zone, now]) => [
      rorInstant(ts, { zone, now }), rorInstant(ts, { zone, now, seconds: true }),
      rorDay(ts, zone, now),
    ])));
    """
    )
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(TABLE), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [row[3:] for row in TABLE]


def test_new_york_is_named_without_its_season() -> None:
    assert (zone_text("America/New_York"), zone_text("US/Eastern"), zone_text("UTC")) == (
        "ET", "ET", "UTC",
    )  # fmt: skip


FORMS = re.compile(r"\|date:|\|time:|localtime:\"[^s\"]|localdate:|\{% now ")


def test_no_template_has_a_form_of_its_own() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for line in path.read_text().splitlines()
        if FORMS.search(line)
    ]
    assert found == []
