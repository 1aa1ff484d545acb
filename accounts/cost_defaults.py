"""What a user may choose as the costs that new strategies begin with."""

from accounts.cost_presets import AUTO_SPREAD, NO_SPREAD, OWN_PLAN, PLANS, SPREADS

OWN_LABELS = {
    "commission_per_share": "Commission per share ($)",
    "commission_per_order": "Commission per order ($)",
    "minimum_per_order": "Minimum per order ($)",
    "commission_bps": "Commission (bps)",
}
MOST = 1_000_000.0
PLAN_CHOICES = [
    *((key, plan.label) for key, plan in PLANS.items()),
    (OWN_PLAN, "My own figures"),
]
SPREAD_CHOICES = [
    (AUTO_SPREAD, "By the instrument"),
    *((key, one.label) for key, one in SPREADS.items() if key != NO_SPREAD),
    (NO_SPREAD, "None"),
]
