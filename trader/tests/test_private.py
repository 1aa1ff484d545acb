"""Files of a deployment are read by nobody else."""

import sqlite3
import stat
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from trader.private import make_private, make_private_file
from trader.web.static_files import StaticFilesMiddleware


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_new_folder_is_its_owners(tmp_path):
    make_private(tmp_path / "a" / "var", is_default=False)
    assert mode(tmp_path / "a" / "var") == 0o700


@pytest.mark.parametrize(("is_default", "expected"), [(True, 0o700), (False, 0o755)])
def test_folder_that_is_there_is_narrowed_only_by_default(tmp_path, is_default, expected):
    folder = tmp_path / "var"
    folder.mkdir()
    folder.chmod(0o755)
    make_private(folder, is_default=is_default)
    assert mode(folder) == expected


def test_database_and_its_side_files_are_its_owners(tmp_path):
    path = tmp_path / "ror.sqlite3"
    make_private_file(path)
    link = sqlite3.connect(path)
    link.execute("PRAGMA journal_mode=WAL")
    link.execute("CREATE TABLE t (a)")
    assert {mode(one) for one in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) > 1
    link.close()


def test_database_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "ror.sqlite3"
    path.write_text("data")
    make_private_file(path)
    make_private_file(tmp_path / "nowhere" / "ror.sqlite3")
    assert path.read_text() == "data"


def test_database_in_memory_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:memorydb?mode=memory"):
        make_private_file(Path(name))
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_static_files_are_served_without_their_list(tmp_path, settings):
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = tmp_path, False
    settings.WHITENOISE_USE_FINDERS = False
    for name in ("app.css", "staticfiles.json", "staticfiles.json.gz"):
        (tmp_path / name).write_text("{}")
    serve = StaticFilesMiddleware(lambda request: HttpResponse(status=404))
    found = {
        n: serve(RequestFactory().get(f"/static/{n}")) for n in ("app.css", "staticfiles.json")
    }
    assert {name: answer.status_code for name, answer in found.items()} == {
        "app.css": 200,
        "staticfiles.json": 404,
    }
    for answer in found.values():
        answer.close()
