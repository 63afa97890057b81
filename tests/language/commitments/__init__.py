"""Tests of commitments: what is promised in a text."""
