"""What a text says: its language, its words and their forms."""
