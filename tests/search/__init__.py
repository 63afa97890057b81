"""Searches over everything there is: whole archives, both engines, and a look at every word."""
