"""What a good call has, element by element, read from the words of one line or of a whole conversation."""
