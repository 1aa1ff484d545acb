"""Bars from files into the store."""
