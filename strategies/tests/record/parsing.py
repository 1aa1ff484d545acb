"""A record that parses, and what becomes of it when parts are changed."""

import pytest

from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import default_pack_records
from strategies.record.reading import parse_strategy

BASE = {
    "symbol": "SPY",
    "entry_trigger_confluence_id": "ema_stack_default_cross_bull",
    "stop_config": {"method": "percentage", "percentage": 0.5},
}
SCALPING = {
    "id": "ema_stack_custom_1",
    "base_template": "ema_stack",
    "version": "Scalping",
    "parameters": {"short_period": 3, "mid_period": 5, "long_period": 8},
}


def parse(strict=False, **changes):
    return parse_strategy({**BASE, **changes}, default_packs=default_pack_records(), strict=strict)


def errors_of(strict=False, **changes):
    with pytest.raises(StrategyError) as caught:
        parse(strict, **changes)
    return dict(caught.value.errors)
