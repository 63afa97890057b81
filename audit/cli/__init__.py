"""The command line, which starts everything."""
