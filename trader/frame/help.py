"""The documents as a site of pages at `/help/`, built from `docs/` by Sphinx."""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.static import serve

SOURCE = settings.BASE_DIR / "docs"
INDEX = "index.html"


class HelpError(Exception):
    """Why there are no pages, in words for whoever wanted them built."""


def build(target: Path) -> None:
    """Build the pages, and put them in the place of the earlier ones. Raises HelpError.

    A link that leads nowhere is an error.
    """
    if find_spec("sphinx") is None or find_spec("myst_parser") is None:
        raise HelpError("The help needs: pip install --require-hashes -r requirements/docs.txt")
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="help-", dir=target.parent))
    try:
        _sphinx(folder / "pages", folder / "notes")
        if target.exists():
            target.rename(folder / "earlier")
        (folder / "pages").rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sphinx(pages: Path, notes: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    command += ["-d", str(notes), str(SOURCE), str(pages)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise HelpError(done.stderr.replace(f"{SOURCE}{os.sep}", "docs/").strip())


def is_current(target: Path) -> bool:
    """Whether the pages are there and no document has changed since."""
    built = target / INDEX
    if not built.is_file():
        return False
    files = (path for path in SOURCE.rglob("*") if path.is_file())
    return built.stat().st_mtime >= max(path.stat().st_mtime for path in files)


@require_safe
def help_page(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """A page or a file of the help; for everybody, as the documents are."""
    if not (settings.HELP_ROOT / INDEX).is_file():
        return _not_built(request)
    name = f"{path}{INDEX}" if path == "" or path.endswith("/") else path
    if any(part.startswith(".") for part in name.split("/")):
        raise Http404
    return serve(request, name, document_root=str(settings.HELP_ROOT))


def _not_built(request: HttpRequest) -> HttpResponse:
    """While it is being built, in the first minute of a new machine."""
    answer = render(request, "help_not_built.html", status=503)
    answer["Retry-After"] = "10"
    return answer
