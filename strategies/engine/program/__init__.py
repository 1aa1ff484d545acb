"""A compiled strategy, which joins nodes and walk."""
