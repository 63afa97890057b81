"""Topics: the words a text is about, their forms brought together, the words of every text left out."""
