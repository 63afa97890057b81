"""What the lines of our own interchange mean: one file per concept."""
