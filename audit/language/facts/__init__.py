"""What a text names that can be looked up or held against somebody: numbers, days, sums, places, ways in, people."""
