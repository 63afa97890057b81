"""Productions are read again by other readers than those that wrote them."""
