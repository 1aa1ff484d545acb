"""The one way in which strategies and packs come to be, change and go."""
