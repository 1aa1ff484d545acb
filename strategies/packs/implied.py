"""Packs that exist without being listed: nobody has to make one before naming it.

Each template implies one of its default parameters, and set-ups name a few more. A pack of the
user's own with such an id is meant before it.
"""

from collections.abc import Iterable

from strategies.engine.indicators.catalogue import TEMPLATES, DefaultPack
from strategies.engine.template import Template
from strategies.models import Pack
from strategies.record.shape import PackRecord, Unread

# Others than the default of their template.
MORE = (
    # Bands of a few minutes are never as narrow and as wide as those of days.
    DefaultPack(
        "bollinger_squeeze_intraday", "bollinger_squeeze", "Intraday", {"squeeze_pct": 1.0}, True
    ),
)
_NAMING_KEYS = (
    "entry_trigger_confluence_id",
    "exit_trigger_confluence_ids",
    "confluence",
    "general_confluences",
)


def default_id(template: Template) -> str:
    """The id that means a pack of this template whether or not the user has one."""
    return f"{template.id}_default"


def _pack(implied: DefaultPack) -> Pack:
    template = TEMPLATES[implied.base_template]
    return Pack(
        pack_id=implied.id,
        family=template.family,
        base_template=template.id,
        version=implied.version,
        parameters=implied.as_record()["parameters"],
        plot_settings=template.plot_schema(),
    )


def default_packs() -> list[Pack]:
    """What each template implies; not stored."""
    return [
        _pack(DefaultPack(default_id(template), template.id, "Default", {}, enabled=True))
        for template in TEMPLATES.values()
        if template.family in (Pack.Family.TF, Pack.Family.GENERAL)
    ]


def more_packs() -> list[Pack]:
    """The others; not stored."""
    return [_pack(one) for one in MORE]


def named_in(record: Unread, known: Iterable[str]) -> list[PackRecord]:
    """Those of the others that a record names and that are not among the known ones."""
    text = str([record.get(key) for key in _NAMING_KEYS]).lower()
    missing = {one.id for one in MORE if one.id in text} - set(known)
    return [pack.as_record() for pack in more_packs() if pack.pack_id in missing]
