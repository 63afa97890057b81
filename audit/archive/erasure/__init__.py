"""Forgetting: what is planned, authorised, destroyed, and looked for afterwards."""
