"""Tests on real data nobody in this project wrote."""
