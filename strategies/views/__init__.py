"""Pages of strategies, runs and packs."""
