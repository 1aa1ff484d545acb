"""Checks of whether a result can be believed. Pure: bars and trades in, plain numbers out.

Axis 0 is time unless a docstring says that rows are random draws. Every draw comes from
``Generator(PCG64(seed))``: the same seed gives the same numbers.
"""
