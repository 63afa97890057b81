"""Commitments: what our side promised in a text, who of it, by when, how much and on which condition."""
