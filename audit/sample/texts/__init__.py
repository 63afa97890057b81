"""What the made-up company and its customers say, one file of phrases per language."""
