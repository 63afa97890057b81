"""Letters by mail: how they are written, and how they are handed to a mail server."""
