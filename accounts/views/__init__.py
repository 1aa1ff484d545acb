"""Pages of this room: settings and API keys."""
