"""The recorders: stored rows in SQLite or PostgreSQL, dense, hashed and never changed."""
