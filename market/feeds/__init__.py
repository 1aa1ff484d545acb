"""Feeds: where live bars come from. One small interface, one player that stores and announces."""
