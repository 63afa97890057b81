"""What happened, in plain Python: events, the state decisions need, and the decisions."""
