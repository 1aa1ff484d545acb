"""Names of older files lead to things that exist, and each to one."""

from collections import Counter

import pytest

from strategies.engine.indicators.catalogue import TEMPLATES

WITH_ALIASES = [template for template in TEMPLATES.values() if template.aliases]


@pytest.mark.parametrize("template", WITH_ALIASES, ids=lambda template: template.id)
def test_an_alias_maps_to_what_its_template_has(template):
    names = {parameter.name for parameter in template.parameters}
    bases = {trigger.base for trigger in template.triggers}
    for alias in template.aliases:
        assert {new for _, new in alias.parameters} <= names
        assert {new for _, new in alias.states} <= set(template.state_names())
        assert {new for _, new in alias.triggers} <= bases


@pytest.mark.parametrize("name", ["id", "interpreter"])
def test_no_name_means_two_templates(name):
    own = [getattr(template, name) for template in TEMPLATES.values()]
    older = [getattr(alias, name) for t in WITH_ALIASES for alias in t.aliases]
    counts = Counter(text for text in own + older if text)
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("older", "template"),
    [
        ("macd", "macd_line"),
        ("ema_stack_v2", "ema_stack"),
        ("ema_price_position_v2", "ema_price_position"),
        ("ema_pp_v3", "ema_price_position"),
        ("ema_pp_v4", "ema_price_position"),
        ("macd_line_v2", "macd_line"),
        ("macd_histogram_v2", "macd_histogram"),
        ("vwap_v2", "vwap"),
        ("rvol_v2", "rvol"),
        ("rsi_zones_2", "rsi_zones"),
        ("rsi_zones_3", "rsi_zones"),
        ("swing_123_test", "swing_123"),
    ],
)
def test_an_older_template_is_known(older, template):
    assert older in {alias.id for alias in TEMPLATES[template].aliases}
