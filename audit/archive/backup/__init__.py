"""Backups: copies of an archive made while it is in use, and their way back."""
