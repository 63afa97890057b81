"""The register of commands, in the order in which somebody new would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.cli.commands.bring import bring
from audit.cli.commands.customers import customers
from audit.cli.commands.deliveries import deliveries
from audit.cli.commands.doctor import doctor
from audit.cli.commands.follow import follow, rebuild
from audit.cli.commands.init import init
from audit.cli.commands.prove import prove
from audit.cli.commands.record import record
from audit.cli.commands.sample import sample
from audit.cli.commands.seal import checkpoint, seal
from audit.cli.commands.search import find
from audit.cli.commands.serve import serve
from audit.cli.commands.timeline import timeline
from audit.cli.commands.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.cli.session import Answer

COMMANDS: Final[Mapping[str, Callable[..., Answer]]] = {
    "init": init,
    "import": bring,
    "deliveries": deliveries,
    "follow": follow,
    "search": find,
    "timeline": timeline,
    "customers": customers,
    "record": record,
    "prove": prove,
    "seal": seal,
    "checkpoint": checkpoint,
    "verify": verify,
    "rebuild": rebuild,
    "sample": sample,
    "serve": serve,
    "doctor": doctor,
}
