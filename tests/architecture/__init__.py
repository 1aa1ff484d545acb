"""What a reader of one file can't see: who imports whom, and how things are named."""
