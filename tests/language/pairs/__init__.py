"""Judged pairs: what somebody seeks, and what of a text that must find or must not find, for each language."""
