"""Putting the house together: settings in, one house out."""
