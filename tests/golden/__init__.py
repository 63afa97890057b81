"""Stored forms that must be readable for ever."""
