"""The register of commands, in the order in which somebody new would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.cli.commands.init import init
from audit.cli.commands.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.cli.session import Answer

COMMANDS: Final[Mapping[str, Callable[..., Answer]]] = {
    "init": init,
    "verify": verify,
}
