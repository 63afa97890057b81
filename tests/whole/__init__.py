"""Tests of the whole: real commands, real databases, crashes, crowds and bad input."""
