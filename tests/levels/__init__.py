"""Service level and volume."""
