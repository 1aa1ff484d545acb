"""Static files by whitenoise, but not the list of them."""

from whitenoise.middleware import WhiteNoiseMiddleware

MANIFEST = "/staticfiles.json"


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    def add_file_to_dictionary(self, url: str, path: str, stat_cache: object = None) -> None:
        if not url.endswith((MANIFEST, f"{MANIFEST}.gz")):
            super().add_file_to_dictionary(url, path, stat_cache)
