"""A made-up company, from a seed: what it says to its customers, as interchange lines."""
