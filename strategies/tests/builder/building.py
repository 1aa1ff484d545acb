"""What tests of the builder read: its pages, its addresses, the records it makes."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from strategies.builder.form import BuilderForm
from strategies.builder.offers import source_offers
from strategies.builder.state import default_state, state_of_query
from strategies.models import Pack
from strategies.packs.library import create_default_packs
from strategies.packs.names import PackNames

NEW = "/strategies/new/"
STATE = {
    "data_source": "sample",
    "symbol": "SPY",
    "timeframe": "1Min",
    "direction": "LONG",
    "trading_session": "RTH",
    "lookback_mode": "Days",
    "data_days": "7",
    "entry": "vwap_default_cross_above",
    "exit_1": "vwap_default_cross_below",
    "stop_method": "atr",
    "stop_atr_mult": "1.5",
    "target_method": "",
    "risk_per_trade": "100",
    "starting_balance": "10000",
}


@pytest.fixture
def builder(market: None, client: Client, alice: User) -> Client:
    """Alice's browser, with default packs and bars to build on."""
    create_default_packs(alice)
    client.force_login(alice)
    return client


def page(client: Client, **changes: Any) -> str:
    return client.get(NEW, {**STATE, **changes}).content.decode()


def pushed(client: Client, **changes: Any) -> str:
    """The address the builder keeps this state in."""
    answer = client.get(NEW, {**STATE, **changes}, headers={"HX-Request": "true"})
    return answer["HX-Push-Url"]


def form_of(user: User, kept: dict[str, Any] | None = None, **changes: Any) -> BuilderForm:
    """The form in a state; `kept` is the stored record it edits."""
    create_default_packs(user)
    names, sources = PackNames(Pack.objects.for_user(user)), source_offers(user)
    query = QueryDict(mutable=True)
    for name, value in {**STATE, **changes}.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return BuilderForm(
        names, sources, state_of_query(query, default_state(user, sources), names), kept
    )


def built(user: User, kept: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The record that a state stands for."""
    form = form_of(user, kept, **changes)
    assert form.is_valid(), form.errors
    return form.as_record()


def options(shown: str, name: str) -> list[str]:
    """Values of the options of a select, the empty one left out."""
    select = shown.split(f'name="{name}"')[1].split("</select>")[0]
    return [value for value in re.findall(r'<option value="([^"]*)"', select) if value]
