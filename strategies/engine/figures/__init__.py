"""Figures of lists of trades."""
