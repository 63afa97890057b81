"""The commands, one file each for what somebody comes to do."""
