"""The tabs of a pack's page: only those that have something to show."""

from strategies.engine.template import Template

OUTPUTS = "Outputs & triggers"
PRESETS = "What it presets"


def tabs_of(template: Template) -> dict[str, str]:
    """Labels by key, the first is where the page opens."""
    found = {"parameters": "Parameters"}
    if template.shown_outputs:
        found["plot"] = "Plot settings"
    is_preset = template.family in ("risk", "time")
    states_only = "States" if template.states else OUTPUTS
    found["outputs"] = PRESETS if is_preset else OUTPUTS if template.triggers else states_only
    found["preview"] = "Preview"
    found["versions"] = "Versions & removal"
    return found
