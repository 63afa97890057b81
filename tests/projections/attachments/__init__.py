"""Reading foreign files: every format, and everything that can be wrong with them."""
