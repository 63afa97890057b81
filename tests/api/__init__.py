"""Tests of the doors for browsers and programs."""
