"""Tests of the room ``projections``."""
