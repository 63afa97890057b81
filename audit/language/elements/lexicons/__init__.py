"""The signs of the elements, one file for each language."""
