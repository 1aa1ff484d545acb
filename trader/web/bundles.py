"""Files that pages need together as one file each: a phone waits for every request.

A bundle holds what a partial template links, in its order, so the partial stays the only list. It
exists where static files have been collected; elsewhere the partial links each by itself. Libraries
stay apart from the scripts of the application: parsed in one go they would leave no room for a tap.
"""

import re
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

PARTIALS: Path = settings.BASE_DIR / "templates" / "partials"
LINKED = re.compile(r"""\{% static ['"]([^'"]+)['"] %\}""")


class Bundle(NamedTuple):
    """`partial` links its files; those in one of the `folders` with the ending of `name` are in."""

    name: str
    partial: str
    folders: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"bundles/{self.name}"

    def members(self) -> list[str]:
        """Names of the static files, in the order of the partial."""
        linked = LINKED.findall((PARTIALS / self.partial).read_text(encoding="utf-8"))
        ending = Path(self.name).suffix
        return [one for one in linked if one.endswith(ending) and one.startswith(self.folders)]


BUNDLES = {
    bundle.name: bundle
    for bundle in (
        Bundle("styles.css", "_styles.html", ("css/", "vendor/")),
        Bundle("frame.js", "_frame_scripts.html", ("js/",)),
        Bundle("charts.css", "_chart_scripts.html", ("css/", "vendor/")),
        Bundle("charts.js", "_chart_scripts.html", ("js/",)),
    )
}


class BundlingStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Writes the bundles beside what they are made of; they are hashed and compressed alike."""

    def post_process(
        self, paths: dict[str, object], dry_run: bool = False, **options: object
    ) -> object:
        if not dry_run:
            for bundle in BUNDLES.values():
                paths = {**paths, **self._written(bundle)}
        return super().post_process(paths, dry_run=dry_run, **options)

    def _written(self, bundle: Bundle) -> dict[str, object]:
        files = [Path(self.path(name)) for name in bundle.members()]
        text = "\n".join(file.read_text("utf-8") for file in files)
        self.delete(bundle.address)
        self.save(bundle.address, ContentFile(text))
        return {bundle.address: (self, bundle.address)}
