"""What a ticket says beside its facts: what fails, since when, what was tried, what is wanted, what is dangerous."""
