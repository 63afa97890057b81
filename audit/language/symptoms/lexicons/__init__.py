"""The lexicons of what a ticket says, one file for each language."""
