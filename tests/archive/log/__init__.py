"""Tests of the log: sealing, and verifying against whoever tampers."""
