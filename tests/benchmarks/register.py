"""The register of benchmarks, by the names one asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.appending import bulk_append
from tests.benchmarks.committing import single_append
from tests.benchmarks.desk import desk_page
from tests.benchmarks.finding import file_to_found
from tests.benchmarks.following import follow
from tests.benchmarks.pages import pages
from tests.benchmarks.printing import printing
from tests.benchmarks.producing import hand_over
from tests.benchmarks.proving import prove
from tests.benchmarks.sealing import seal
from tests.benchmarks.searching import searching
from tests.benchmarks.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.figures import Figure
    from tests.benchmarks.ground import Ground

BENCHMARKS: dict[str, Callable[[Ground], list[Figure]]] = {
    "append": bulk_append,
    "single": single_append,
    "found": file_to_found,
    "search": searching,
    "follow": follow,
    "desk": desk_page,
    "pages": pages,
    "seal": seal,
    "prove": prove,
    "print": printing,
    "produce": hand_over,
    "verify": verify,
}
