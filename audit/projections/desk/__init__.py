"""The desk: how each ticket is written, what got lost on its way, and what was decided about it."""
