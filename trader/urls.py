"""All addresses: each room's pages at the root, its API under /api/v1/."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts import entrance
from trader.api import schema  # noqa: F401 - registers its scheme with drf-spectacular
from trader.api.documents import DocumentPage, DocumentView
from trader.frame import error_pages, status
from trader.frame.dashboard import dashboard, now
from trader.frame.finding import search
from trader.frame.help import help_page
from trader.frame.words import shown_words
from trader.observability import redaction, routes

# Operators log in where everybody does: behind the same limits on tries.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# By address and name: instead of allauth's own, which stand below under the same names.
ENTRANCE = (
    ("login/", "account_login", entrance.LoginView),
    ("signup/", "account_signup", entrance.SignupView),
    ("reauthenticate/", "account_reauthenticate", entrance.ReauthenticateView),
    ("password/reset/", "account_reset_password", entrance.PasswordResetView),
    ("email/", "account_email", entrance.EmailView),
)
ROOMS = ("accounts", "market", "webhooks", "strategies", "alerts")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("trader.observability.urls")),
    path("", dashboard, name="dashboard"),
    path("frame/now/", now, name="frame-now"),
    path("search/", search, name="search"),
    path("frame/status/", status.frame_status, name="frame-status"),
    path("frame/pulse/", status.pulse, name="frame-pulse"),
    path("frame/back/", status.back, name="frame-back"),
    path("frame/words/", shown_words, name="frame-words"),
    path("help/", help_page, name="help"),
    path("help/<path:path>", help_page, name="help-page"),
    path("admin/", admin.site.urls),
    *(path(f"accounts/{address}", view.as_view(), name=name) for address, name, view in ENTRANCE),
    path("accounts/", include("allauth.urls")),
    path("api/schema/", DocumentView.as_view(), name="schema"),
    *(path("api/v1/", include(f"{room}.api_urls")) for room in ROOMS),
    *(path("", include(f"{room}.urls")) for room in ROOMS),
]
if not settings.IS_PRODUCTION or settings.APP_ENV == "staging":
    urlpatterns += [
        path("docs/", DocumentPage.as_view(url_name="schema"), name="docs"),
        path("openapi.json", DocumentView.as_view(), name="openapi"),
    ]
# What a route takes as a token or key is not written into logs.
redaction.hide_in_addresses(routes.prefixes_of_secrets(urlpatterns))

handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler404 = error_pages.page_not_found
handler429 = error_pages.too_many_tries
handler500 = error_pages.server_error
