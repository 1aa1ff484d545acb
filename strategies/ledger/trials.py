"""The rows of the ledger: written once for each distinct try, counted, merged.

Whatever is tried in whatever order, the same set of rows comes of it: a try is recognised by what
decides its trades, its window by its dates.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from strategies.checking import CheckedRecord
from strategies.engine.evidence.luck import luck_p, merged
from strategies.engine.evidence.resamples import N_RESAMPLES
from strategies.ledger.weighing import Weighed
from strategies.models import Run, Trial, TriedDates
from strategies.models.documents import StoredEvidence
from strategies.record.sameness import deciding_part, digest, pack_fingerprint
from strategies.record.shape import Unread


class Window(NamedTuple):
    """Starts of the first and the last bar, epoch seconds."""

    first_ts: int
    last_ts: int


def trial_digest(record: Unread, packs: Iterable[Unread]) -> str:
    """Recognises a try: source, symbol, signal part and packs, and nothing else.

    Names, notes, costs, sizes and the window make no other try of it.
    """
    used = {str(pack["id"]): pack_fingerprint(pack) for pack in packs}
    return digest({"trial": deciding_part(record), "packs": used})


def digest_of(subject: Run | CheckedRecord) -> str:
    """The same of a run, or of a record that was checked."""
    if isinstance(subject, CheckedRecord):
        return trial_digest(subject.record, subject.used_packs)
    return trial_digest(subject.config, subject.config.get("packs", []))


def record_try(
    user: User,
    subject: Run | CheckedRecord,
    window: Window,
    evidence: StoredEvidence,
    maxima: Sequence[float],
) -> Trial:
    """Count a configuration whose figures are shown, once.

    `maxima` are those of `Luck` with this one try, empty where it stays out of the maximum.
    """
    record = subject.record if isinstance(subject, CheckedRecord) else subject.config
    row = Trial(
        user=user,
        kind=Trial.Kind.SINGLE,
        digest=digest_of(subject),
        data_source=record["data_source"],
        symbol_line=f",{record['symbol']},",
        dates_digest=evidence["dates_digest"],
        n_dates=evidence["n_dates"],
        statistic=evidence["statistic"],
    )
    return _write(row, window, maxima)


def counted_in(run: Run, stored: Run | None, window: Window, weighed: Weighed) -> StoredEvidence:
    """Count a result that is being stored; its evidence with the number of tries it keeps.

    Parameters
    ----------
    stored : the result its strategy showed until now; the same try keeps the number it was stored
        with, any other one takes that of now. None without a result so far.
    """
    trial = record_try(run.user, run, window, *weighed).digest
    n_tried = _kept(stored, trial)
    if n_tried is None and run.strategy_id is not None:
        n_tried = tried_on(run.user, run.data_source, run.symbol, window)
    return {**weighed.evidence, "trial": trial, "window": list(window), "n_tried": n_tried}


def _kept(stored: Run | None, trial: str) -> int | None:
    evidence: StoredEvidence | None = (stored.result if stored else {}).get("evidence")
    is_same = evidence is not None and evidence.get("trial") == trial
    return evidence.get("n_tried") if evidence is not None and is_same else None


def record_search(
    user: User,
    *,
    kind: str,
    spec_digest: str,
    source: str,
    symbols: Sequence[str],
    window: Window,
    dates_digest: str,
    n_dates: int,
    n_tried: int,
    maxima: Sequence[float],
    best: float | None = None,
) -> Trial:
    """Count a search or a tab as one row; the same one again on the same dates is counted once.

    Parameters
    ----------
    kind : of `Trial.Kind`, not single
    spec_digest : recognises what was varied, in what, with which packs
    symbols : all that are ranked together; a result on one of them counts the whole ranking
    maxima : of `Luck` over everything that was tried
    best : the largest statistic among them
    """
    names = sorted(set(symbols))
    row = Trial(
        user=user,
        kind=kind,
        digest=digest([kind, spec_digest, source, names]),
        data_source=source,
        symbol_line=f",{','.join(names)},",
        dates_digest=dates_digest,
        n_dates=n_dates,
        n_tried=n_tried,
        statistic=best,
        maxima=list(maxima),
    )
    return _write(row, window, maxima)


def tried_on(user: User, source: str, symbol: str, window: Window) -> int:
    """N: distinct tries of the user on any window that shares a bar with this one. One query."""
    return Trial.objects.for_user(user).sharing_bars(source, symbol, *window).n_tried()


def tried_with(user: User, source: str, symbol: str, window: Window, own_digest: str) -> int:
    """The same with a try that may not be counted yet, which makes one more at least."""
    others = Trial.objects.for_user(user).exclude(digest=own_digest)
    return others.sharing_bars(source, symbol, *window).n_tried() + 1


def luck_of(user: User, dates_digest: str, t: float) -> float | None:
    """Luck p of a statistic over everything the user tried on exactly these dates. One query."""
    found = TriedDates.objects.for_user(user).filter(digest=dates_digest).first()
    return None if found is None else luck_p(found.maxima, t, found.n_dates)


_WRITTEN = (
    *("kind", "data_source", "symbol_line", "first_ts", "last_ts"),
    *("n_dates", "n_tried", "statistic", "maxima"),
)


def _write(row: Trial, window: Window, maxima: Sequence[float]) -> Trial:
    """Insert it, or lay it on the row of the same try on the same dates."""
    row.first_ts, row.last_ts = window
    values = {name: getattr(row, name) for name in _WRITTEN}
    with transaction.atomic():
        rows = Trial.objects.select_for_update(no_key=True)
        same = {"user": row.user, "digest": row.digest, "dates_digest": row.dates_digest}
        found: Trial
        found, is_new = rows.get_or_create(**same, defaults=values)
        if not is_new:
            _widen(found, row)
        _merge(row, maxima)
    return found


def _widen(found: Trial, row: Trial) -> None:
    """The same try again: the window may have grown within its dates, a search have gone on."""
    found.first_ts = min(found.first_ts, row.first_ts)
    found.last_ts = max(found.last_ts, row.last_ts)
    found.n_tried = max(found.n_tried, row.n_tried)
    statistics = [one for one in (found.statistic, row.statistic) if one is not None]
    found.statistic = max(statistics, default=None)
    if row.maxima:
        found.maxima = merged([found.maxima or row.maxima, row.maxima]).tolist()
    found.save()


def _merge(row: Trial, maxima: Sequence[float]) -> None:
    """Take it into what luck does on these dates; written only where it raises anything."""
    if not len(maxima):
        return
    if len(maxima) != N_RESAMPLES:
        raise ValueError(f"{len(maxima)} maxima don't merge with those of {N_RESAMPLES} samples")
    best = max(0.0, row.statistic or 0.0)
    values = {"n_dates": row.n_dates, "best": best, "maxima": list(maxima)}
    rows = TriedDates.objects.select_for_update(no_key=True)
    found, is_new = rows.get_or_create(user=row.user, digest=row.dates_digest, defaults=values)
    if is_new:
        return
    raised, best = merged([found.maxima, maxima]).tolist(), max(found.best, best)
    if (raised, best) != (found.maxima, found.best):
        found.maxima, found.best = raised, best
        found.save(update_fields=["maxima", "best"])
