"""The text of attachments: read in a child process that can do nothing else, within limits."""
