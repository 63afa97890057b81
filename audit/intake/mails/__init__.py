"""How a mail is read: its header, its parts, its people."""
