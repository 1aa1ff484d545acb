"""Strategies, versions and backtests side by side, from what is stored of them."""
