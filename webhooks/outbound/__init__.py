"""Messages on their way to endpoints."""
