"""Every kind of pack, from the engine's catalogue and the risk presets, in one form for pages."""

from typing import Any, NamedTuple

from strategies.parameters import Parameter
from strategies.protection import RISK_TEMPLATES


class TriggerKind(NamedTuple):
    base: str
    name: str
    direction: str
    type: str
    execution: str


class PackTemplate(NamedTuple):
    id: str
    name: str
    category: str
    family: str
    description: str
    parameters: tuple[Parameter, ...]
    states: tuple[tuple[str, str], ...] = ()
    triggers: tuple[TriggerKind, ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    colors: tuple[tuple[str, str], ...] = ()
    interpreter: str = ""

    def plot_settings(self) -> dict[str, Any]:
        return {"colors": dict(self.colors), "line_width": 1, "visible": True}

    def refusal(self, parameters: dict[str, Any]) -> str:
        """Why these parameters don't go together, or an empty text."""
        return ""


PACK_TEMPLATES: dict[str, PackTemplate] = {
    template.id: PackTemplate(
        template.id,
        template.name,
        template.category,
        "risk",
        template.description,
        template.parameters,
    )
    for template in RISK_TEMPLATES.values()
}
