"""Strategies, packs, runs and trades over HTTP."""
