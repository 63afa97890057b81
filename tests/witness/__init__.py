"""Tests of the witness and of the log that asks it."""
