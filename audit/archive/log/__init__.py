"""The log over the archive: its tree, its checkpoints, who signs them, and what verifies all of it."""
