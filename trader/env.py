"""The one place where environment variables are read.

Development runs with no environment at all. In production (`APP_ENV=production` or `staging`) the
names in `REQUIRED_IN_PRODUCTION` have no default and the process refuses to start without them.
"""

import base64
import binascii
from pathlib import Path

import dj_database_url
import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "test", "staging", "production")
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "FIELD_ENCRYPTION_KEY", "ALLOWED_HOSTS")
DEVELOPMENT_SECRET = "development-only-secret-key-never-used-in-production"  # noqa: S105
# Any 32 url-safe base64 bytes; it protects nothing, since development holds no real secrets.
DEVELOPMENT_FIELD_KEY = "ZGV2ZWxvcG1lbnQtb25seS1maWVsZC1lbmNyeXB0LWs="
SECRET_KEY_MIN_LENGTH = 32
DATABASE_SCHEMES = ("postgres://", "postgresql://", "sqlite://")

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks; an empty one counts as absent."""
    return str(env.str(name, default="")).strip() or default


def flag(name: str, default: bool = False) -> bool:
    return bool(env.bool(name, default=default)) if text(name) else default


def number(name: str, default: int) -> int:
    value = text(name)
    try:
        return int(value) if value else default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def items(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list."""
    given = [part.strip() for part in text(name).split(",") if part.strip()]
    return given or list(default or [])


APP_ENV = text("APP_ENV", "development")
IS_PRODUCTION = APP_ENV in {"production", "staging"}
VAR_DIR = Path(text("VAR_DIR", str(BASE_DIR / "var")))
# The engine caches compiled kernels here.
NUMBA_CACHE_DIR = text("NUMBA_CACHE_DIR", str(VAR_DIR / "numba"))


def check_required() -> None:
    """Raise one error that names everything production still needs."""
    if APP_ENV not in ENVIRONMENTS:
        raise ImproperlyConfigured(f"APP_ENV must be one of {', '.join(ENVIRONMENTS)}.")
    if not IS_PRODUCTION:
        return
    # A list of nothing but commas is empty as well.
    missing = [name for name in REQUIRED_IN_PRODUCTION if not text(name).strip(", ")]
    if missing:
        raise ImproperlyConfigured(
            f"APP_ENV={APP_ENV} needs {', '.join(missing)}. Set them in the environment; "
            "`.env.example` explains each one."
        )
    _check_secrets()


def _check_secrets() -> None:
    if text("SECRET_KEY") == DEVELOPMENT_SECRET or len(text("SECRET_KEY")) < SECRET_KEY_MIN_LENGTH:
        raise ImproperlyConfigured(
            f"SECRET_KEY must be {SECRET_KEY_MIN_LENGTH} or more random characters in production."
        )
    for key in items("FIELD_ENCRYPTION_KEY"):
        if key == DEVELOPMENT_FIELD_KEY or not _is_fernet_key(key):
            raise ImproperlyConfigured(
                "FIELD_ENCRYPTION_KEY must hold url-safe base64 keys of 32 random bytes."
            )
    if "*" in items("ALLOWED_HOSTS"):
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' accepts any.")


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key.encode())) == 32
    except (binascii.Error, ValueError):
        return False


SQLITE_OPTIONS = {
    # Take the write lock at BEGIN: upgrading a read lock inside a transaction fails at once
    # however long the timeout is.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; "
        "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
    ),
}


def database(default_path: Path) -> dj_database_url.DBConfig:
    """The database of `DATABASE_URL`, or SQLite at `default_path`.

    `postgres://` and `postgresql://` are equal; query parameters such as `sslmode` are passed on.
    """
    url = text("DATABASE_URL") or f"sqlite:///{default_path}"
    if not url.startswith(DATABASE_SCHEMES):
        # Not quoted: it may hold a password.
        raise ImproperlyConfigured(f"DATABASE_URL must begin with {' or '.join(DATABASE_SCHEMES)}.")
    config = dj_database_url.parse(url, conn_max_age=number("DATABASE_CONN_MAX_AGE", 60))
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"].endswith("sqlite3"):
        options.update(SQLITE_OPTIONS)
        config["CONN_MAX_AGE"] = None
    elif config["ENGINE"].endswith("postgresql"):
        config["CONN_HEALTH_CHECKS"] = True
        options.setdefault("connect_timeout", 5)
        statement_timeout_ms = number("DATABASE_STATEMENT_TIMEOUT_MS", 30_000)
        if statement_timeout_ms:
            options.setdefault("options", f"-c statement_timeout={statement_timeout_ms}")
    return config
