"""How a vCon is read: its envelope, its parties, its dialogs, its bodies."""
