"""Reviews of conversations."""
