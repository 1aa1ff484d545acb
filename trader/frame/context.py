"""What the frame of every page needs: navigation, gauges, unread alerts, preferences."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.models import User
from alerts.monitor.status import unread_alerts
from trader.frame import signs
from trader.frame.navigation import entries
from trader.frame.situation import all_gauges
from trader.frame.words import help_of


def frame(request: HttpRequest) -> dict[str, object]:
    """Nothing for visitors; for a user's partial only the zone; the whole frame for a page."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or request.path.startswith("/admin/"):
        return {}
    now = timezone.now()
    preferences, top_seq, found = signs.read(user, now)
    zone = preferences.zone
    timezone.activate(zone)
    if getattr(request, "htmx", False) and not getattr(request.htmx, "boosted", False):  # type: ignore[attr-defined]
        short = {"timezone": zone.key, "theme": preferences.theme, "preparing": found.preparation}
        return {"frame": short}
    n_unread = unread_alerts(user)
    return {
        "frame": {
            "navigation": entries(request),
            "theme": preferences.theme,
            "timezone": zone.key,
            "preparing": found.preparation,
            "sound": preferences.alert_sound,
            "top_seq": top_seq,
            "unread": n_unread,
            "unread_text": str(n_unread) if n_unread < 100 else "99+",
            "live": True,
            "status_url": url_or_none("frame-status"),
            "pulse_url": url_or_none("frame-pulse"),
            "alerts_url": url_or_none("alerts:alert-list"),
            "help_url": help_of(request.resolver_match.view_name) if request.resolver_match else "",
            "settings_url": url_or_none("accounts:settings"),
            "theme_url": url_or_none("accounts:preference-save"),
            "gauges": all_gauges(user, zone, found, now),
        }
    }


def url_or_none(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
