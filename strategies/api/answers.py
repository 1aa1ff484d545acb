"""What the parts of this API share: the caller, faults as answers, filters and order."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.models import User
from strategies.engine.errors import StrategyError
from strategies.packs.library import PackError
from strategies.packs.parameters import ParameterError
from strategies.packs.plots import PlotError
from strategies.previews.queue import PreviewError
from strategies.runs.queue import RunLimitError
from strategies.saving.asking import ConfirmationNeededError
from strategies.saving.changes import VersionConflictError
from strategies.trust.queue import TrustError
from trader.api.digits import MOST_DIGITS, whole_number
from trader.api.errors import Conflict

# As the document describes the id of a row in a query.
ID = {"type": "integer", "minimum": 0, "maximum": 10**MOST_DIGITS - 1}


def user_of(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def object_of(request: Request) -> dict[str, object]:
    """The body as a JSON object."""
    if not isinstance(request.data, Mapping):
        raise ValidationError("Send a JSON object.")
    return dict(request.data)


@contextmanager
def refusals_as_answers() -> Iterator[None]:
    """Turn what this room refuses into the status and shape the API promises."""
    try:
        yield
    except StrategyError as error:
        raise ValidationError(by_field(error.errors)) from error
    except ParameterError as error:
        named = [(f"parameters.{name}", text) for name, text in error.errors.items()]
        raise ValidationError(by_field(named)) from error
    except PlotError as error:
        settings = [(f"plot_settings.{name}", text) for name, text in error.errors.items()]
        raise ValidationError(by_field(settings)) from error
    except PackError as error:
        if error.field:
            raise ValidationError({error.field: [error.message]}) from error
        raise Conflict(error.message) from error
    except (VersionConflictError, RunLimitError, TrustError, PreviewError) as error:
        raise Conflict(str(error)) from error
    except ConfirmationNeededError as error:
        losses = " ".join(error.losses)
        raise Conflict(f"{losses} Send `confirmed: true` to go on.") from error


def by_field(errors: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for field, message in errors:
        grouped.setdefault(field or "non_field_errors", []).append(message)
    return grouped


def chosen(request: Request, name: str, allowed: tuple[str, ...]) -> str:
    """A filter with a fixed set of values; empty when it was not given."""
    value: str | None = request.query_params.get(name)
    if value is None:
        return ""
    if value not in allowed:
        raise ValidationError({name: [f"Choose one of {', '.join(allowed)}."]})
    return value


def text(request: Request, name: str) -> str:
    """A filter with any text; empty when it was not given."""
    value: str = request.query_params.get(name, "")
    if "\0" in value:
        raise ValidationError({name: ["Null characters are not allowed."]})
    return value


def number(request: Request, name: str) -> int | None:
    digits = request.query_params.get(name)
    if digits is None:
        return None
    value = whole_number(digits)
    if value is None:
        raise ValidationError({name: ["Enter a whole number."]})
    return value


def both_ways(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each way of ordering, and its reverse."""
    return tuple(sign + name for name in names for sign in ("", "-"))


def ordering(request: Request, allowed: tuple[str, ...], default: str) -> tuple[str, str]:
    """`ordering=-created_at`; ties are broken by id so that pages never overlap."""
    wanted = chosen(request, "ordering", both_ways(allowed)) or default
    return wanted, "-pk" if wanted.startswith("-") else "pk"
