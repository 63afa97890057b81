"""The stories the company lives through, told scene by scene."""
