"""Promises, prices, proof slips and authority, from what was said to what is handed out."""
