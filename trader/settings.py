"""Settings of every process, flat, read through `trader.env`."""

import os
from pathlib import Path
from typing import Any

import dj_database_url

from trader import env

env.check_required()

BASE_DIR: Path = env.BASE_DIR
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)
APP_ENV = env.APP_ENV
IS_PRODUCTION = env.IS_PRODUCTION
DEBUG = env.flag("DEBUG", not IS_PRODUCTION)
VERSION = "0.1.0"

SECRET_KEY = env.text("SECRET_KEY", env.DEVELOPMENT_SECRET)
FIELD_ENCRYPTION_KEY = env.text("FIELD_ENCRYPTION_KEY", env.DEVELOPMENT_FIELD_KEY)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
CORS_ORIGINS = env.items(
    "CORS_ORIGINS", [] if IS_PRODUCTION else ["http://localhost:3000", "http://127.0.0.1:3000"]
)
REDIS_URL = env.text("REDIS_URL")
LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
SENTRY_DSN = env.text("SENTRY_DSN")
WEBHOOK_ALLOW_LOOPBACK = env.flag("WEBHOOK_ALLOW_LOOPBACK", not IS_PRODUCTION)
MARKET_FEED = env.text("MARKET_FEED", "simulated")

# The engine caches compiled kernels here; set before anything imports numba.
NUMBA_CACHE_DIR = env.text("NUMBA_CACHE_DIR", str(VAR_DIR / "numba"))
os.environ.setdefault("NUMBA_CACHE_DIR", NUMBA_CACHE_DIR)

INSTALLED_APPS = [
    "daphne",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "django_q",
    "trader",
    "market",
    "webhooks",
    "strategies",
    "alerts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "trader.urls"
WSGI_APPLICATION = "trader.wsgi.application"
ASGI_APPLICATION = "trader.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'ror.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]

Q_CLUSTER: dict[str, Any] = {
    "name": "hot",
    "orm": "default",
    "poll": 0.05,
    "save_limit": 0,
    "timeout": 20,
    "retry": 30,
}
