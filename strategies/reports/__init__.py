"""The report of one strategy: its page, its files, and links for readers without an account."""
