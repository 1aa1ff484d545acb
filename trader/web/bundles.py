"""The styles of every page as one file: the first paint waits for each request.

The bundle holds what a partial template links, in its order, so the partial stays the only list. It
exists where static files have been collected; elsewhere the partial links each by itself. Scripts
stay apart: they wait for nothing, and small ones leave room for a tap between them.
"""

import re
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

PARTIAL: Path = settings.BASE_DIR / "templates" / "partials" / "_styles.html"
NAME = "bundles/styles.css"
LINKED = re.compile(r"""\{% static ['"]([^'"]+\.css)['"] %\}""")


def members() -> list[str]:
    """Names of the static files, in the order of the partial."""
    return LINKED.findall(PARTIAL.read_text(encoding="utf-8"))


class BundlingStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Writes the bundle beside the files it is made of; it is hashed and compressed like them."""

    def post_process(
        self, paths: dict[str, object], dry_run: bool = False, **options: object
    ) -> object:
        if not dry_run:
            text = "\n".join(Path(self.path(name)).read_text("utf-8") for name in members())
            self.delete(NAME)
            self.save(NAME, ContentFile(text))
            paths = {**paths, NAME: (self, NAME)}
        return super().post_process(paths, dry_run=dry_run, **options)
