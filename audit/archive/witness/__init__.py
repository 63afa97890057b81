"""The witness: a small server that cosigns what continues, and a log that asks witnesses to."""
