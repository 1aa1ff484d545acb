"""The list of packs: families, their categories, each template once with its versions below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import Template
from strategies.models import Pack
from strategies.packs.display import FAMILY_NOTES, FAMILY_TITLES, ShownPack, place_of

LONGEST, MOST_WORDS = 120, 6
USED: list[tuple[str, str]] = [("yes", "Used"), ("no", "Not used")]
OFFERED: list[tuple[str, str]] = [("yes", "Enabled"), ("no", "Disabled")]


class ListForm(forms.Form):
    """Read from the address; a value that can't be is as if it were not there."""

    q = forms.CharField(required=False, max_length=LONGEST)
    family = forms.ChoiceField(required=False, choices=list(FAMILY_TITLES.items()))
    used = forms.ChoiceField(required=False, choices=USED)
    enabled = forms.ChoiceField(required=False, choices=OFFERED)

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


@dataclass(frozen=True)
class ShownTemplate:
    """A template and the user's versions of it."""

    template: Template
    packs: list[ShownPack]

    @property
    def can_have_versions(self) -> bool:
        """Without parameters all versions would be the same."""
        return bool(self.template.parameters) or not self.packs


@dataclass(frozen=True)
class Category:
    name: str
    templates: list[ShownTemplate]


@dataclass(frozen=True)
class Section:
    family: str
    title: str
    note: str
    categories: list[Category]
    n_packs: int


def sections(
    packs: Iterable[Pack], uses: Mapping[str, int], chosen: Mapping[str, str]
) -> list[Section]:
    """Families in their fixed order; what the choice leaves empty is left out."""
    versions: dict[str, list[ShownPack]] = {}
    for pack in sorted((one for one in packs if one.base_template in TEMPLATES), key=place_of):
        shown = ShownPack(pack, uses.get(pack.pack_id, 0))
        versions.setdefault(pack.base_template, []).append(shown)
    found = (_section(family, versions, chosen) for family in FAMILY_TITLES)
    return [section for section in found if section.categories]


def _section(
    family: str, versions: Mapping[str, list[ShownPack]], chosen: Mapping[str, str]
) -> Section:
    wanted = not chosen.get("family") or chosen["family"] == family
    own = [one for one in TEMPLATES.values() if wanted and one.family == family]
    shown = [_narrowed(one, versions.get(one.id, []), chosen) for one in own]
    kept = [one for one in shown if one is not None]
    names = dict.fromkeys(one.template.category for one in kept)
    return Section(
        family,
        FAMILY_TITLES[family],
        FAMILY_NOTES[family],
        [Category(n, [one for one in kept if one.template.category == n]) for n in names],
        sum(len(one.packs) for one in kept),
    )


def _narrowed(
    template: Template, packs: list[ShownPack], chosen: Mapping[str, str]
) -> ShownTemplate | None:
    """A template with those versions that fit; None without any, unless all of it fits."""
    words = chosen.get("q", "").lower().split()[:MOST_WORDS]
    about = f"{template.name} {template.category} {template.id} {template.description}".lower()
    kept = [one for one in packs if _fits(one, about, words, chosen)]
    is_whole = not (chosen.get("used") or chosen.get("enabled"))
    is_meant = is_whole and all(word in about for word in words)
    return ShownTemplate(template, kept) if kept or is_meant else None


def _fits(shown: ShownPack, about: str, words: list[str], chosen: Mapping[str, str]) -> bool:
    pack = shown.pack
    text = f"{about} {pack.version} {pack.pack_id} {pack.description}".lower()
    used, enabled = chosen.get("used"), chosen.get("enabled")
    return (
        all(word in text for word in words)
        and (not used or (used == "yes") == (shown.n_uses > 0))
        and (not enabled or (enabled == "yes") == pack.enabled)
    )
