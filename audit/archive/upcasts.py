"""Upcasts: how the shape of an event was brought one version up, by topic and the version it was written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UPCASTS: Final[Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {}
"""Each takes the fields of an event, personal ones opened or erased, and returns those of the next version."""
