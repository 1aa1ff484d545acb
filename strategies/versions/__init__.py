"""The history of a strategy as pages, charts and the API show it."""
