"""The tests, as sentences."""
