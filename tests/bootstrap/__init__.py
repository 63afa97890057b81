"""Tests of putting the house together."""
