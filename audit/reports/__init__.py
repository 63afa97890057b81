"""Handing out: views in, documents and packages out."""
