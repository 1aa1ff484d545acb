"""Stored bars: written with their versions, read as arrays."""
