"""What matches: a selection of ids, and the values of its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select


@dataclass(frozen=True)
class Found:
    """``ids`` selects the ids of all texts that match; its one column is called ``id``.

    Most queries differ in their ``values`` alone: then the selection is the same one each time, and so is whatever is
    made of it. Who carries out a statement with the selection in it gives it these values.
    """

    ids: Select[tuple[int]]
    values: Mapping[str, Any] = field(default_factory=dict)
