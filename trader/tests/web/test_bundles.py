"""The styles of every page as one file, where static files have been collected."""

import re

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from trader.web import bundles

PARTIAL = "partials/_styles.html"


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_COLLECTED = True
    storage = {"BACKEND": "trader.web.bundles.BundlingStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    call_command("collectstatic", verbosity=0, interactive=False)
    return settings.STATIC_ROOT


def links() -> list[str]:
    return re.findall(r'href="([^"]+)"', render_to_string(PARTIAL))


def test_each_style_is_linked_by_itself_where_nothing_was_collected():
    assert links() == [f"/static/{name}" for name in bundles.members()]
    assert {"vendor/tabler.min.css", "css/theme.css", "css/frame.css"} <= set(bundles.members())


def test_all_styles_are_one_hashed_file_in_the_order_of_the_partial(collected):
    (link,) = links()
    assert re.fullmatch(r"/static/bundles/styles\.[0-9a-f]{12}\.css", link)
    text = (collected / link.removeprefix("/static/")).read_text()
    assert text == "\n".join((collected / name).read_text() for name in bundles.members())
    assert (collected / f"{link.removeprefix('/static/')}.gz").exists()


def test_a_style_that_has_changed_gives_the_file_another_address(collected):
    before = links()
    style = collected / "css" / "theme.css"
    style.write_text(style.read_text() + "\n.of-the-next-release { color: red }\n")
    call_command("collectstatic", verbosity=0, interactive=False)
    assert links() != before
