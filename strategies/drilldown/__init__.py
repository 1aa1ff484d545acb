"""The builder's drill-down: what a strategy would be with one thing changed, a card a choice."""
