"""How fast it is, as ratios to what a bare database does on the same machine in the same run."""
