"""Settings of every process, flat, read through `trader.env`."""

import os
from pathlib import Path

import django_stubs_ext

from trader import env, private
from trader.observability import logs, redaction

# Lets classes such as `QuerySet[Alert]` or `TextField[str, str]` be written at run time.
django_stubs_ext.monkeypatch()
env.check_required()

BASE_DIR: Path = env.BASE_DIR
VAR_DIR = env.VAR_DIR
private.make_private(VAR_DIR, is_default=not env.text("VAR_DIR"))
APP_ENV = env.APP_ENV
IS_PRODUCTION = env.IS_PRODUCTION
DEBUG = env.flag("DEBUG", False) and not IS_PRODUCTION
VERSION = "0.1.0"

SECRET_KEY = env.text("SECRET_KEY", env.DEVELOPMENT_SECRET)
FIELD_ENCRYPTION_KEY = env.text("FIELD_ENCRYPTION_KEY", env.DEVELOPMENT_FIELD_KEY)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
REDIS_URL = env.text("REDIS_URL")
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
SENTRY_DSN = env.text("SENTRY_DSN")
WEBHOOK_ALLOW_LOOPBACK = env.flag("WEBHOOK_ALLOW_LOOPBACK", not IS_PRODUCTION)
# Plain http to receivers outside this machine: only where the operator accepts being read along.
WEBHOOK_ALLOW_HTTP = env.flag("WEBHOOK_ALLOW_HTTP", False)
# How many proxies in front of the web process append to X-Forwarded-For and are believed.
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1 if IS_PRODUCTION else 0)

# Market data
MARKET_FEED = env.text("MARKET_FEED", "simulated")
ALPACA_API_KEY = env.text("ALPACA_API_KEY")
ALPACA_SECRET_KEY = env.text("ALPACA_SECRET_KEY")
ALPACA_FEED = env.text("ALPACA_FEED", "iex")
ALPACA_DATA_URL = env.text("ALPACA_DATA_URL")
ALPACA_STREAM_URL = env.text("ALPACA_STREAM_URL")

# Who may read `/metrics` in production besides this machine itself: whoever knows the token.
METRICS_TOKEN = env.text("METRICS_TOKEN")
# Many may ask whether work can be done; the answer is found out once in this time.
READINESS_SECONDS = 1.0

# Set before anything imports numba.
NUMBA_CACHE_DIR = env.NUMBA_CACHE_DIR
os.environ.setdefault("NUMBA_CACHE_DIR", NUMBA_CACHE_DIR)

INSTALLED_APPS = [
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
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_q",
    "trader",
    "market",
    "webhooks",
    "strategies",
    "alerts",
]

MIDDLEWARE = [
    "trader.observability.middleware.RequestIdMiddleware",
    "trader.observability.headers.SecurityHeadersMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "trader.web.static_files.StaticFilesMiddleware",
    "trader.web.compression.CompressionMiddleware",
    "trader.api.strangers.StrangersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "trader.web.addresses.AddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ZoneResetMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "trader.frame.ways_back.WaysBackMiddleware",
]

ROOT_URLCONF = "trader.urls"
WSGI_APPLICATION = "trader.wsgi.application"
ASGI_APPLICATION = "trader.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trader.frame.context.frame",
            ],
        },
    }
]

# Database
DATABASES = {"default": env.database(VAR_DIR / "ror.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    private.make_private_file(Path(str(DATABASES["default"]["NAME"])))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis makes things faster where it is present; nothing is lost without it.
CACHES = {
    "default": (
        {
            "BACKEND": "trader.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "ror",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
# None: a socket must open while Redis is away, so hints go there directly (`alerts.socket.hints`).
CHANNEL_LAYERS: dict[str, object] = {}

# Accounts
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
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "trader.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
EMAIL_URL = env.text("EMAIL_URL", "" if IS_PRODUCTION else "consolemail://")
ACCOUNT_EMAIL_VERIFICATION = env.text(
    "EMAIL_VERIFICATION", "mandatory" if IS_PRODUCTION and EMAIL_URL else "none"
)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
# A session alone changes neither address nor password and makes no key; each change is told.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 6 * 3600
SIGNUP_OPEN = env.flag("SIGNUP_OPEN", True)
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
RATE_LIMIT_AUTH = env.number("RATE_LIMIT_AUTH", 10)
# Of one account, from one place, in five minutes; see accounts.login_tries.
LOGIN_TRIES = env.number("LOGIN_TRIES", 5)
# Whoever asks, one recipient gets so many mails; the link in each of them works.
_PER_RECIPIENT = "3/m/key,10/h/key"
ACCOUNT_RATE_LIMITS: dict[str, str] = dict.fromkeys(
    ("login_from_address", "signup", "reset_password_from_key"), f"{RATE_LIMIT_AUTH}/m/ip"
) | {
    # Counted by `login_from_address`, which knows exceptions.
    "login": "",
    "reset_password": f"{RATE_LIMIT_AUTH}/m/ip,{_PER_RECIPIENT}",
    "confirm_email": f"{RATE_LIMIT_AUTH}/m/ip,{_PER_RECIPIENT}",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# Mail: stored by whoever has something to say, handed to the transport by the worker.
vars().update(env.env.email_url_config(EMAIL_URL) if EMAIL_URL else {})
MAIL_TRANSPORT = str(vars().get("EMAIL_BACKEND", ""))
EMAIL_BACKEND = "accounts.mail.backend.StoredMail" if EMAIL_URL else "trader.mail.UnsentMail"
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 5)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "RoR Trader <noreply@localhost>")

# Language and time
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
# One language: every text of a page would otherwise ask which one is active.
USE_I18N = False
USE_TZ = True

# Static files: hashed names and gzip forms made by collectstatic, served for a year. Without a
# collection (tests, a bare `runserver`) they come straight from their folders.
STATIC_COLLECTED = env.flag("STATIC_COLLECTED", IS_PRODUCTION)
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The pages at /help/, see trader/frame/help.py.
HELP_ROOT = VAR_DIR / "help"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "trader.web.bundles.BundlingStorage"
            if STATIC_COLLECTED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED
WHITENOISE_MAX_AGE = 3600 if STATIC_COLLECTED else 0
# A page asking for a file that is not there is a fault of the release, not of the visitor.
WHITENOISE_MANIFEST_STRICT = True

# Cookies, transport and headers
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "trader.frame.error_pages.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", IS_PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^(api/|api/v1/)?health(/ready|/detailed)?/?$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
X_FRAME_OPTIONS = "DENY"
CORS_ALLOWED_ORIGINS = env.items(
    "CORS_ORIGINS", [] if IS_PRODUCTION else ["http://localhost:3000", "http://127.0.0.1:3000"]
)
CORS_URLS_REGEX = r"^/(api/|health)"
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
CORS_ALLOW_HEADERS = [
    "authorization",
    "content-type",
    "x-request-id",
    "x-api-key",
    "x-csrftoken",
]
CORS_EXPOSE_HEADERS = [
    "X-Request-ID",
    "X-API-Version",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Retry-After",
]
CORS_PREFLIGHT_MAX_AGE = 600

# Request limits
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
MAX_REQUEST_BODY_BYTES = env.number("MAX_REQUEST_BODY_BYTES", 12_000_000)
# SQLite answers within the process: further threads only fight over the interpreter's lock.
HTTP_THREADS = env.number(
    "HTTP_THREADS", 2 if DATABASES["default"]["ENGINE"].endswith("sqlite3") else 4
)
HTTP_BACKLOG = env.number("HTTP_BACKLOG", 256)

# API
API_VERSION = "1"
RATE_LIMIT_READS = env.number("RATE_LIMIT_READS", 200)
RATE_LIMIT_WRITES = env.number("RATE_LIMIT_WRITES", 60)
# Reports behind read-only links, opened from one address.
RATE_LIMIT_REPORTS = env.number("RATE_LIMIT_REPORTS", 60)
# Calls of the API without a valid key or session, per address.
RATE_LIMIT_STRANGERS = env.number("RATE_LIMIT_STRANGERS", 60)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "trader.api.auth.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "trader.api.queries.ReadableQuery",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "trader.api.parsers.BoundedJSONParser",
    ],
    "DEFAULT_THROTTLE_CLASSES": [
        "trader.api.throttling.ReadThrottle",
        "trader.api.throttling.WriteThrottle",
    ],
    "DEFAULT_PAGINATION_CLASS": "trader.api.pagination.Pages",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "trader.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RoR Trader",
    "DESCRIPTION": "Strategies, backtests, alerts and webhook deliveries of one trader.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # Ids; `trader.web.addresses` refuses what no table can hold.
    "PATH_CONVERTER_OVERRIDES": {"int": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "trader.api.schema.declare_errors",
        "trader.api.schema.declare_bounds",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False},
    "ENUM_NAME_OVERRIDES": {
        "DirectionEnum": "strategies.models.Strategy.Direction",
        "KindEnum": "strategies.models.Run.Kind",
        "VersionKindEnum": "strategies.models.StrategyVersion.Kind",
        "DeliveryStateEnum": "webhooks.models.Delivery.State",
        "MonitorStateEnum": ["running", "stopped"],
    },
}

# Queue: its clusters, and what holds for all of them.
CLUSTERS = {
    "hot": {
        # Two may be held by senders waiting for slow receivers; one is left for alerts.
        "workers": env.number("HOT_WORKERS", 3),
        "queue_limit": env.number("HOT_WORKERS", 3),
        "timeout": 20,
        "retry": 30,
    },
    "slow": {
        "workers": env.number("SLOW_WORKERS", 2),
        "queue_limit": 1,
        "timeout": 300,
        "retry": 360,
        "scheduler": True,
    },
}
WORKER_CLUSTERS = tuple(CLUSTERS)
# `save_limit` -1 keeps no row of a task that succeeded (0 would keep them all); failures
# are kept until the retention schedule drops them. `recycle` is out of reach on purpose: a worker
# leaving by itself looks like a killed one, and the watchdog would restart its group.
Q_CLUSTER = {
    "name": "ror",
    "orm": "default",
    "poll": 0.05,
    "bulk": 1,
    "save_limit": -1,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "recycle": 1_000_000_000,
    "guard_cycle": 0.5,
    "scheduler": False,
    "workers": 2,
    "queue_limit": 2,
    "timeout": 20,
    "retry": 30,
    "log_level": "WARNING",
    "ALT_CLUSTERS": CLUSTERS,
}

LOGGING = logs.logging_config(level=LOG_LEVEL, as_json=IS_PRODUCTION)

if SENTRY_DSN:
    # Only here: the import costs every process start about 0.2 s.
    import sentry_sdk

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        environment=APP_ENV,
        release=VERSION,
        send_default_pii=False,
        before_send=redaction.redact_event,
        # Local variables of a frame and bodies of forms may hold secrets.
        include_local_variables=False,
        max_request_body_size="never",
    )
