"""All checks of one result as one document of plain values, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from strategies.engine.program.program import Program
from strategies.engine.trust.history import GoOn, History, Sample, always
from strategies.engine.trust.lookahead import check_look_ahead
from strategies.engine.trust.monte_carlo import check_monte_carlo
from strategies.engine.trust.outcomes import TrustDocument, WarmUp
from strategies.engine.trust.significance import check_significance
from strategies.engine.trust.warm_up import check_second_half, check_warm_up
from strategies.engine.version import ENGINE_VERSION

SEED = 1


class Subject(NamedTuple):
    """What is checked: a strategy, its bars, its trades, and more history or why there is none."""

    program: Program
    history: History
    sample: Sample
    more: History | str


def document_of(subject: Subject, *, seed: int = SEED, go_on: GoOn = always) -> TrustDocument:
    """The whole document at once; see `checks_of`."""
    document = document_before(subject, seed=seed)
    for part in checks_of(subject, seed=seed, go_on=go_on):
        document.update(part)
    return document


def document_before(subject: Subject, *, seed: int = SEED) -> TrustDocument:
    """The document of which no check is done."""
    return {"engine_version": ENGINE_VERSION, "seed": seed, "n_trades": subject.sample.n}


def checks_of(
    subject: Subject, *, seed: int = SEED, go_on: GoOn = always
) -> Iterator[TrustDocument]:
    """The part of the document that each check adds as it is done, quick ones first.

    `go_on` is asked during the only one that can take long, look-ahead.
    """
    program, history, sample, more = subject
    yield {"warm_up": _warm_up(program, history, more)}
    first_entry = max(program.warm_up_bars, history.first_visible_index)
    side = 1.0 if program.spec.is_long else -1.0
    rest = program.spec.limits.cooldown_bars or 0
    significance = check_significance(history.bars, sample, side, first_entry, rest=rest, seed=seed)
    yield {"significance": significance}
    yield {"monte_carlo": check_monte_carlo(history, sample, seed=seed)}
    yield {"look_ahead": check_look_ahead(program, history, go_on)}


def _warm_up(program: Program, history: History, more: History | str) -> WarmUp:
    if isinstance(more, str):
        return check_second_half(program, history, more)
    return check_warm_up(program, history, more)
