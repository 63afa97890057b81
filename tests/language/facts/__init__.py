"""The facts of a text: found, and measured against what people marked."""
