"""What pages need together is one file, where static files have been collected."""

import re

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from trader.web.bundles import BUNDLES, PARTIALS


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_COLLECTED = True
    storage = {"BACKEND": "trader.web.bundles.BundlingStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    call_command("collectstatic", verbosity=0, interactive=False)
    return settings.STATIC_ROOT


def links(name: str) -> list[str]:
    """What the partial of a bundle links now, of the bundle's kind; libraries aside."""
    text = render_to_string(f"partials/{BUNDLES[name].partial}")
    found = re.findall(r'(?:href|src)="([^"]+)"', text)
    own = [one for one in found if one.endswith(name[name.index(".") :])]
    return own if name.endswith(".css") else [one for one in own if "/vendor/" not in one]


@pytest.mark.parametrize("name", BUNDLES)
def test_each_file_is_linked_by_itself_where_nothing_was_collected(name):
    members = BUNDLES[name].members()
    assert len(members) > 1
    assert links(name) == [f"/static/{member}" for member in members]


@pytest.mark.parametrize("name", BUNDLES)
def test_all_are_one_hashed_file_in_the_order_of_the_partial(collected, name):
    (link,) = links(name)
    stem, ending = name.split(".")
    assert re.fullmatch(rf"/static/bundles/{stem}\.[0-9a-f]{{12}}\.{ending}", link)
    text = (collected / link.removeprefix("/static/")).read_text()
    members = BUNDLES[name].members()
    assert text == "\n".join((collected / member).read_text() for member in members)
    assert (collected / f"{link.removeprefix('/static/')}.gz").exists()


def test_a_file_that_has_changed_gives_its_bundle_another_address(collected):
    before = {name: links(name) for name in BUNDLES}
    style = collected / "css" / "theme.css"
    style.write_text(style.read_text() + "\n.of-the-next-release { color: red }\n")
    call_command("collectstatic", verbosity=0, interactive=False)
    assert {name for name in BUNDLES if links(name) != before[name]} == {"styles.css"}


def test_libraries_come_before_the_scripts_that_use_them():
    for name in ("_frame_scripts.html", "_chart_scripts.html"):
        scripts = re.findall(r'src="{% static \'(\w+)/', (PARTIALS / name).read_text())
        assert scripts == sorted(scripts, reverse=True), name
