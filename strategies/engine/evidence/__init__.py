"""What may be called evidence: intervals and their quantiles."""
