"""The offline verifiers, for strangers: each is one file that needs nothing of this archive."""
