"""The one place where environment variables are read.

Development runs with no environment at all. In production (`APP_ENV=production`) the names in
`REQUIRED_IN_PRODUCTION` have no default and the process refuses to start without them.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "FIELD_ENCRYPTION_KEY", "ALLOWED_HOSTS")
DEVELOPMENT_SECRET = "development-only-secret-key-never-used-in-production"  # noqa: S105
# Any 32 url-safe base64 bytes; it protects nothing, since development holds no real secrets.
DEVELOPMENT_FIELD_KEY = "ZGV2ZWxvcG1lbnQtb25seS1maWVsZC1lbmNyeXB0LWs="

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")


def text(name: str, default: str = "") -> str:
    return str(env.str(name, default=default)).strip()


def flag(name: str, default: bool = False) -> bool:
    return bool(env.bool(name, default=default))


def number(name: str, default: int) -> int:
    return int(env.int(name, default=default))


def items(name: str, default: list[str] | None = None) -> list[str]:
    return [part.strip() for part in env.list(name, default=default or []) if part.strip()]


APP_ENV = text("APP_ENV", "development")
IS_PRODUCTION = APP_ENV in {"production", "staging"}


def check_required() -> None:
    """Raise one error that names every variable production still needs."""
    if not IS_PRODUCTION:
        return
    missing = [name for name in REQUIRED_IN_PRODUCTION if not text(name)]
    if missing:
        raise ImproperlyConfigured(
            f"APP_ENV={APP_ENV} needs {', '.join(missing)}. Set them in the environment; "
            "`.env.example` explains each one."
        )
