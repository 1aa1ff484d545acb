"""The lines of the packs an alert speaks of: asked for by its page, drawn by a worker."""
