"""Previews of packs: what one says over chosen bars, with parameters stored or only typed."""
