"""What the evidence room raises: not proven, not readable as proof, or asked about a leaf that is not there."""

from __future__ import annotations


class NotProven(Exception):
    """What was claimed does not follow from what was shown. Checkers raise this or return nothing."""


class Malformed(NotProven):
    """The bytes are not in the form their standard prescribes, so they prove nothing."""


class OutsideTree(Exception):
    """A proof or a tile was asked for that a tree of this size cannot give."""
