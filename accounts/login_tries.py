"""Wrong passwords, counted by account and place, so that nobody can lock out anybody else.

A place is a network address or, better, a device that has logged in to this account before: it
carries a signed cookie and has a count of its own, whatever strangers do meanwhile. When very many
places together try one account, each that is unknown to it gets one try per window: guessing slows
down, and the owner at a new computer still gets in.

Counters lie in the cache, and only ever hold back; without the cache nobody is held back.
"""

import math
import secrets
import time
from typing import NamedTuple

from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from trader.observability.request import client_ip

WINDOW_S = 300
# Wrong passwords from unknown places, in multiples of what one place may try, that mean an attack.
ATTACK_FACTOR = 6
# The code of the fault that a form shows.
TOO_MANY = "too_many_login_attempts"
COOKIE = "known_device"
COOKIE_AGE_S = 180 * 86_400
MAX_ACCOUNTS = 5


class Place(NamedTuple):
    """`is_known` where the account has been logged in to from this very device."""

    name: str
    is_known: bool


class Device(NamedTuple):
    """What the cookie holds: a random name, and the accounts, as hashes, it has logged in to."""

    name: str
    accounts: tuple[str, ...]


def seconds_to_wait(email: str, place: Place, now: float) -> int:
    """How long this place may not try this account; 0 when it may."""
    limit = settings.LOGIN_TRIES
    if not place.is_known and len(history(email, None, now)) >= ATTACK_FACTOR * limit:
        limit = 1
    own = history(email, place, now)
    return 0 if len(own) < limit else math.ceil(own[limit - 1] + WINDOW_S - now)


def count(email: str, place: Place, now: float) -> None:
    """A try begins: counted before the password is looked at, or many at once would slip by."""
    for counted in counters(place):
        store(email, counted, [now, *history(email, counted, now)], now)


def uncount(email: str, place: Place, at: float) -> None:
    """The password was right."""
    for counted in counters(place):
        tries = [one for one in history(email, counted, at) if one != at]
        store(email, counted, tries, at)


def forget(email: str, place: Place) -> None:
    """A new password was chosen by mail: what was tried before says nothing any more."""
    for counted in (place, None):
        cache.delete(key_of(email, counted))


def counters(place: Place) -> tuple[Place | None, ...]:
    """Its own and, of unknown places, the one of all of them together."""
    return (place,) if place.is_known else (place, None)


def history(email: str, place: Place | None, now: float) -> list[float]:
    """Instants of the tries within the window, the newest first."""
    stored: list[float] = cache.get(key_of(email, place), [])
    return [at for at in stored if at > now - WINDOW_S]


def store(email: str, place: Place | None, tries: list[float], now: float) -> None:
    kept = tries[: ATTACK_FACTOR * settings.LOGIN_TRIES]
    cache.set(key_of(email, place), kept, WINDOW_S)


def key_of(email: str, place: Place | None) -> str:
    where = "all" if place is None else hashed(place.name)
    return f"login-tries:{hashed(email)}:{where}"


def hashed(text: str) -> str:
    return salted_hmac("accounts.login_tries", text.strip().lower()).hexdigest()[:24]


def place_of(request: HttpRequest, email: str) -> Place:
    device = read_device(request)
    if hashed(email) in device.accounts:
        return Place(f"device-{device.name}", is_known=True)
    return Place(f"address-{truncate_ip(client_ip(request))}", is_known=False)


def read_device(request: HttpRequest) -> Device:
    """From the cookie; a new device when there is none or it isn't ours."""
    try:
        text = request.COOKIES.get(COOKIE, "")
        name, *accounts = signing.loads(text, salt=COOKIE, max_age=COOKIE_AGE_S)
    except (signing.BadSignature, ValueError, TypeError):
        return Device(secrets.token_hex(8), ())
    return Device(name, tuple(accounts))


def remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """After a log-in: strangers' tries no longer count against this device."""
    device = read_device(request)
    others = [account for account in device.accounts if account != hashed(email)]
    accounts = [hashed(email), *others][:MAX_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps([device.name, *accounts], salt=COOKIE),
        max_age=COOKIE_AGE_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def clock() -> float:
    return time.time()
