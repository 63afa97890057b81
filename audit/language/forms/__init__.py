"""How inflected forms lead back to their words, one file of rules per language."""
