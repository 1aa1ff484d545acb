"""Searches: from a file to a plan, and from a plan to its document."""
