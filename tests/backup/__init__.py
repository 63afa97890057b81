"""Tests of backups, their way back, and the recovery of the root key."""
