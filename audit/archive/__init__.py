"""Writing it down: the one door through which events are stored, sealed and read."""
