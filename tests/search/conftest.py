"""Search is asked on each engine."""

from __future__ import annotations

from tests.projections.conftest import place

__all__ = ["place"]
