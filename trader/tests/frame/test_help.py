"""The documents as pages at /help/: for everybody, and nothing else of the disk."""

import pytest
from django.core.management import CommandError, call_command

from trader.frame import help as help_pages
from trader.frame.help import HelpError, build, is_current

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(settings, tmp_path):
    settings.HELP_ROOT = tmp_path / "help"
    (settings.HELP_ROOT / "decisions").mkdir(parents=True)
    for name in ("index.html", "words.html", "decisions/index.html", ".buildinfo"):
        (settings.HELP_ROOT / name).write_text(f"the page {name}")
    (tmp_path / "secret.txt").write_text("secret")
    return settings.HELP_ROOT


@pytest.mark.parametrize(
    ("address", "name"),
    [("", "index.html"), ("words.html", "words.html"), ("decisions/", "decisions/index.html")],
)
def test_a_page_is_served_to_everybody(client, pages, address, name):
    answer = client.get(f"/help/{address}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    assert b"".join(answer.streaming_content).decode() == f"the page {name}"


@pytest.mark.parametrize(
    "address", ["nothing.html", ".buildinfo", "../secret.txt", "%2e%2e/secret.txt", "decisions"]
)
def test_nothing_else_is_served(client, pages, address):
    assert client.get(f"/help/{address}").status_code == 404


def test_help_is_only_read(client, pages):
    assert client.post("/help/").status_code == 405


def test_pages_that_are_not_built_yet_are_said_to_come(client, settings, tmp_path):
    settings.HELP_ROOT = tmp_path
    answer = client.get("/help/words.html")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "not built yet" in answer.content.decode()


def test_without_the_tool_the_command_names_the_remedy(monkeypatch):
    monkeypatch.setattr(help_pages, "find_spec", lambda name: None)
    with pytest.raises(CommandError, match=r"requirements/docs\.txt"):
        call_command("build_help", "--check")


@pytest.fixture
def documents(monkeypatch, tmp_path):
    """A site of one document, whose text is set."""
    pytest.importorskip("sphinx", reason="NOT RUN: requirements/docs.txt is not installed")
    source = tmp_path / "docs"
    source.mkdir()
    (source / "conf.py").write_text('extensions = ["myst_parser"]\nmyst_heading_anchors = 3\n')
    monkeypatch.setattr(help_pages, "SOURCE", source)
    return lambda text: (source / "index.md").write_text(text)


def test_a_broken_link_is_named_and_leaves_the_pages_as_they_were(documents, tmp_path):
    documents("# One\n\nThe first.\n")
    build(tmp_path / "help")
    documents("# One\n\n[Nowhere](nowhere.md)\n")
    with pytest.raises(HelpError, match=r"docs/index\.md:3.*nowhere\.md"):
        build(tmp_path / "help")
    assert "The first." in (tmp_path / "help" / "index.html").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"docs", "help"}


def test_pages_are_current_until_a_document_changes(documents, tmp_path):
    assert not is_current(tmp_path / "help")
    documents("# One\n\nThe first.\n")
    build(tmp_path / "help")
    assert is_current(tmp_path / "help")
    documents("# One\n\nThe second.\n")
    assert not is_current(tmp_path / "help")
