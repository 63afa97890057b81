"""Bringing in: one file per outside format, bytes in, facts out."""
