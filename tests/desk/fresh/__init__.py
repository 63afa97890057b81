"""Wordings the desk was not tuned on: each set is measured once, as it is, and its figures are in docs/desk.md."""
