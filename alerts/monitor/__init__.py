"""Live evaluation: from closed bars to stored alerts."""
