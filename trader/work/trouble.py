"""Trouble of the database, not of the work at hand: whoever looks next does it."""

from django.db import InterfaceError, OperationalError

PASSING_TROUBLE = (OperationalError, InterfaceError)
