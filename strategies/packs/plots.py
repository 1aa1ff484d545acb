"""How the lines of a user's packs are drawn: colours, width, and whether charts show them."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.engine.template import PlotSettings, Template
from strategies.models import Pack
from strategies.models.documents import DrawnOverlay

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
WIDTH_LIMITS = (1, 4)
# A line of width 1 is drawn this much wider, or one could hardly see it.
WIDER_BY = 0.5


class PlotError(ValueError):
    """Settings that can't be drawn; `errors` maps what is wrong to why and what to do."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in errors.items()))
        self.errors = errors


def clean_plot(template: Template, given: Mapping[str, object], stored: object) -> PlotSettings:
    """Complete settings; what is not given stays. Raises PlotError naming every fault."""
    settings = stored_plot(template, stored)
    errors = dict.fromkeys(set(given) - set(settings), "There is no such setting.")
    colors = given.get("colors", {})
    errors |= _color_faults(template, colors)
    width = given.get("line_width", settings["line_width"])
    least, most = WIDTH_LIMITS
    if isinstance(width, bool) or not isinstance(width, int) or not least <= width <= most:
        errors["line_width"] = f"Choose a whole number from {least} to {most}."
    if not isinstance(given.get("visible", True), bool):
        errors["visible"] = "Say true or false."
    if errors:
        raise PlotError(errors)
    return {
        "colors": {**settings["colors"], **_texts(colors)},
        "line_width": int(width) if isinstance(width, int) else settings["line_width"],
        "visible": bool(given.get("visible", settings["visible"])),
    }


def _texts(colors: object) -> dict[str, str]:
    found = colors if isinstance(colors, Mapping) else {}
    return {str(name): str(color).lower() for name, color in found.items()}


def _color_faults(template: Template, colors: object) -> dict[str, str]:
    if not isinstance(colors, Mapping):
        return {"colors": "Give an object with a colour for each line."}
    known = [output.name for output in template.shown_outputs]
    faults = {}
    for name, color in colors.items():
        if name not in known:
            faults[f"colors.{name}"] = f"It has no such line. Lines: {', '.join(known) or 'none'}."
        elif not isinstance(color, str) or not COLOR.fullmatch(color):
            faults[f"colors.{name}"] = "Write a colour as #rrggbb."
    return faults


def stored_plot(template: Template, stored: object) -> PlotSettings:
    """Stored settings with what older rows lack; what no chart could draw is as at first."""
    found = template.plot_schema()
    if not isinstance(stored, Mapping):
        return found
    colors = stored.get("colors")
    if isinstance(colors, Mapping):
        usable = {n: c for n, c in colors.items() if isinstance(c, str) and COLOR.fullmatch(c)}
        found["colors"] |= {name: usable[name] for name in found["colors"] if name in usable}
    width = stored.get("line_width")
    if isinstance(width, int) and WIDTH_LIMITS[0] <= width <= WIDTH_LIMITS[1]:
        found["line_width"] = width
    found["visible"] = bool(stored.get("visible", found["visible"]))
    return found


class Style(NamedTuple):
    """Of one pack: colours by the label of a line."""

    colors: dict[str, str]
    width: float
    is_visible: bool


def style_of(template: Template, stored: object) -> Style:
    settings = stored_plot(template, stored)
    colors = {one.label: settings["colors"][one.name] for one in template.shown_outputs}
    return Style(colors, settings["line_width"] + WIDER_BY, settings["visible"])


def styles_of(user_id: int) -> dict[str, Style]:
    """By pack id; one query."""
    rows = Pack.objects.filter(user_id=user_id)
    return {
        pack_id: style_of(TEMPLATES[base], settings)
        for pack_id, base, settings in rows.values_list("pack_id", "base_template", "plot_settings")
        if base in TEMPLATES
    }


def painted(overlays: Iterable[DrawnOverlay], styles: Mapping[str, Style]) -> list[DrawnOverlay]:
    """Lines as their user wants them now, however they were stored; hidden ones left out."""
    return [
        _painted(one, styles.get(one["pack"]))
        for one in overlays
        if one["pack"] not in styles or styles[one["pack"]].is_visible
    ]


def _painted(overlay: DrawnOverlay, style: Style | None) -> DrawnOverlay:
    if style is None:
        return overlay
    color = style.colors.get(overlay["name"], overlay["color"])
    return {**overlay, "color": color, "width": style.width}
