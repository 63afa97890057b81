"""Points of the curve as Ed25519 writes them (RFC 8032 section 5.1.2): those no honest key or signature holds."""

from __future__ import annotations

from typing import Final

_P: Final = 2**255 - 19
_SIGN: Final = 1 << 255
_OF_ORDER_8: Final = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL: Final = frozenset({0, 1, _P - 1, _OF_ORDER_8, _P - _OF_ORDER_8})
"""The y of the eight points of small order, under which anybody can sign anything."""


def is_honest(encoded: bytes) -> bool:
    """Return whether 32 bytes may be a point: written in the one right way, and not of small order.

    Libraries differ in what they let pass here, and a proof must not depend on who checks it.
    """
    y = int.from_bytes(encoded, "little") % _SIGN
    return y < _P and y not in _SMALL
