"""Settings of the test run: only what makes tests fast or closed to the outside."""

import os

from trader.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Whatever this machine has built.
HELP_ROOT = VAR_DIR / "no-help"  # noqa: F405
SECURE_SSL_REDIRECT = False
if REDIS_URL:  # noqa: F405
    # Test processes in parallel must not see each other's keys.
    _own_prefix = "test-" + os.environ.get("PYTEST_XDIST_WORKER", "alone")
    CACHES["default"]["KEY_PREFIX"] = _own_prefix  # noqa: F405
# Generous, so that only the tests about limits, which set their own, ever meet one.
RATE_LIMIT_READS = RATE_LIMIT_WRITES = RATE_LIMIT_STRANGERS = LOGIN_TRIES = 100_000
READINESS_SECONDS = 0.0
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
WEBHOOK_ALLOW_LOOPBACK = True
