"""One of everything that a user can own, and where each has its addresses.

Run inside a process of a `Stack`. A route that begins with a key of `make_all`'s answer is filled
by its value: `alerts/<int:pk>/` by `alerts/17/`.
"""

from __future__ import annotations

from datetime import date

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings

from accounts.keys import create_key
from accounts.models import User
from alerts import testing as alerts
from alerts.models import Alert
from alerts.replays import replay_strategy
from market.testing import wave
from strategies import tasks
from strategies.drilldown.asking import start_for_record
from strategies.drilldown.choices import Asked
from strategies.models import Drilldown, Pack, Strategy
from strategies.reports.links import create_link
from strategies.saving import changes, order
from strategies.testing import (
    compute,
    make_computed,
    make_computed_preview,
    make_record,
    make_run,
    pack_of,
)
from trader.frame.help import INDEX
from webhooks.echo.demo import create_echo_endpoint
from webhooks.testing import make_delivery, make_endpoint, make_template

LONG = "Opening drive with volume confirmation, second attempt, VWAP ±2σ on 15 minutes"


def make_all(user: User) -> dict[str, list[str]]:
    """The user gets one of everything; the beginnings of addresses by those of routes."""
    live = _watched(user)
    strategy = _checked(user)
    order.set_tags(strategy, ["opening", "tech"])
    order.set_archived(make_computed(user, name="Archived"), True)
    replay = replay_strategy(strategy, "sample", date(2024, 3, 6), speed=60, sends_webhooks=False)
    compute(replay.strategy)
    alert = Alert.objects.filter(strategy=live).latest("pk")
    return {
        "strategies/<int:pk>/": [f"strategies/{strategy.pk}/", f"strategies/{live.pk}/"],
        "strategies/<int:pk>/versions/<int:number>/": [f"strategies/{strategy.pk}/versions/1/"],
        "drilldowns/<uuid:code>/": [f"drilldowns/{_drilled(user).code}/"],
        **_reports(strategy),
        "strategies/bin/<int:pk>/": [f"strategies/bin/{_deleted(user).pk}/"],
        "alerts/<int:pk>/": [f"alerts/{alert.pk}/"],
        "alerts/strategies/<int:pk>/": [f"alerts/strategies/{live.pk}/"],
        "alerts/of-trade/<int:pk>/<int:entry_ts>/": [f"alerts/of-trade/{live.pk}/{alert.bar_ts}/"],
        "alerts/replays/<uuid:code>/": [f"alerts/replays/{replay.replay.code}/"],
        "runs/<uuid:code>/": [f"runs/{make_run(user, name='Only tried').code}/"],
        "packs/<int:pk>/": [f"packs/{Pack.objects.for_user(user).first().pk}/"],
        "packs/new/<slug:template_id>/": ["packs/new/ema_stack/", "packs/new/rr_ratio/"],
        "packs/previews/<uuid:code>/": [f"packs/previews/{code}/" for code in _previews(user)],
        "settings/keys/<int:key_id>/": [f"settings/keys/{create_key(user, LONG)[0].pk}/"],
        **_webhooks(user, alert),
        **_of_everybody(user),
    }


def _reports(strategy: Strategy) -> dict[str, list[str]]:
    link, token = create_link(strategy, 30)
    return {
        "strategies/<int:pk>/report/<slug:name>.csv": [
            f"strategies/{strategy.pk}/report/curve.csv"
        ],
        "strategies/<int:pk>/report/links/<int:link_pk>/": [
            f"strategies/{strategy.pk}/report/links/{link.pk}/"
        ],
        "reports/<str:token>/": [f"reports/{token}/"],
    }


def _drilled(user: User) -> Drilldown:
    asked = Asked(Drilldown.Tab.STOP, 0, "")
    row = start_for_record(user, asked, make_record())
    tasks.drill_down(row.pk)
    return row


def _watched(user: User) -> Strategy:
    """A strategy in a position, with the alerts that led there."""
    raw = wave(3)
    begin = 2 * raw.n // 3
    alerts.store_history(type(raw)(*(column[:begin] for column in raw)))
    strategy = alerts.make_strategy(user, name="Watched")
    alerts.run_monitor(user)
    alerts.monitor_until_position(raw, begin)
    alerts.make_alert(user, alert_type="exit_signal", is_late=True, strategy_name=LONG)
    return compute(strategy)


def _checked(user: User) -> Strategy:
    """With a result, and its trust checks done."""
    strategy = make_computed(user, name=LONG, data_days=8)
    for run in strategy.runs.exclude(trust_check=None):
        tasks.check_trust(run.trust_check.pk)
    return strategy


def _previews(user: User) -> list[str]:
    """Of a pack with states and triggers, and of one with stop and target."""
    packs = [pack_of(user, one) for one in ("ema_stack_default", "atr_default")]
    return [str(make_computed_preview(user, pack, days=30).code) for pack in packs]


def _deleted(user: User) -> Strategy:
    strategy = make_computed(user, name="Deleted")
    changes.delete_strategy(strategy, confirmed=True)
    return strategy


def _webhooks(user: User, alert: Alert) -> dict[str, list[str]]:
    template = make_template(user)
    address = "https://" + "long." * 20 + "example.com/" + "x" * 90
    failed = make_delivery(
        make_endpoint(user, name=LONG, url=address),
        state="failed", n_attempts=8, last_status=500, reason=f"{LONG}: " * 2,
        message_code=alert.code,
    )  # fmt: skip
    create_echo_endpoint(user, "http://127.0.0.1:9")
    return {
        "webhooks/<uuid:code>/": [f"webhooks/{failed.endpoint.code}/"],
        "webhooks/deliveries/<uuid:code>/": [f"webhooks/deliveries/{failed.code}/"],
        "webhooks/templates/<slug:pk>/": [f"webhooks/templates/{template.pk}/"],
        "echo/hook/<slug:token>/": [f"echo/hook/{'x' * 40}/"],
    }


def _of_everybody(user: User) -> dict[str, list[str]]:
    pages = sorted(
        path.relative_to(settings.HELP_ROOT).as_posix()
        for path in settings.HELP_ROOT.rglob("*.html")
    )
    reset = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return {
        "help/<path:path>": [f"help/{page}" for page in pages if page != INDEX],
        r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": ["accounts/confirm-email/none/"],
        r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": [
            f"accounts/password/reset/key/{reset}/",
            "accounts/password/reset/key/1-none/",
        ],
    }
