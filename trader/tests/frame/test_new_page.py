"""The page of docs/extending.md: a view, an address, a template and an entry of the navigation."""

import re
import sys
from types import ModuleType, SimpleNamespace

import pytest
from django.urls import include, path

from strategies import urls as room
from strategies.views import packs
from tests.documents import block, executed, row
from trader import urls
from trader.frame import navigation

TEMPLATE = "packs/states.html"


@pytest.fixture
def _added(tmp_path, settings, monkeypatch):
    view = executed("extending.md", "def state_list", packs)["state_list"]
    address = eval(
        block("extending.md", "path("), {"path": path, "packs": SimpleNamespace(state_list=view)}
    )
    with_page = ModuleType("addresses_with_a_page")
    own = include(([address, *room.urlpatterns], "strategies"))
    with_page.urlpatterns = [path("", own), *urls.urlpatterns]
    monkeypatch.setitem(sys.modules, with_page.__name__, with_page)
    settings.ROOT_URLCONF = with_page.__name__
    (tmp_path / "packs").mkdir()
    (tmp_path / TEMPLATE).write_text(block("extending.md", "extends", "html"), encoding="utf-8")
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]
    entry = row("extending.md", '("States"', navigation)
    monkeypatch.setattr(navigation, "ENTRIES", [*navigation.ENTRIES, entry])


@pytest.mark.usefixtures("_added")
def test_it_is_shown_in_the_frame_and_led_to(client, alice):
    client.force_login(alice)
    page = " ".join(client.get("/states/").content.decode().split())
    assert "EMA Stack: SML," in page
    assert "<title>States" in page
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/states/"]
    assert 'href="/states/"' in client.get("/").content.decode()


@pytest.mark.usefixtures("_added")
def test_visitors_log_in_first(client, db):
    assert client.get("/states/").url == "/accounts/login/?next=/states/"


def test_there_is_no_such_page_otherwise(client, alice):
    client.force_login(alice)
    assert client.get("/states/").status_code == 404
    assert "/states/" not in client.get("/").content.decode()
