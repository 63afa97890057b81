"""Service level and volume: what came in, how soon it was taken up, and what that says about staffing."""
