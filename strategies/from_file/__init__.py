"""Backtests and searches of a strategy file over a bars file, without Django and a database."""
