"""Finding words in everything that was said and written, with counts one can rely on."""
