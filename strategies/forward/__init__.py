"""The forward part of a result: kept up with the bars that come, and what is live beside it."""
