"""Accounts: what proves who somebody is, and for how long; kept beside the keys and never in the log."""
