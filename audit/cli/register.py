"""The register of commands, in the order in which somebody new would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.cli.commands import hold, keys, recovery, retention, searches, tags, users, withhold
from audit.cli.commands.attachments import attachments
from audit.cli.commands.backup import backup
from audit.cli.commands.bring import bring
from audit.cli.commands.customers import customers
from audit.cli.commands.deliveries import deliveries
from audit.cli.commands.doctor import doctor
from audit.cli.commands.draw import draw
from audit.cli.commands.erase import erase
from audit.cli.commands.export import export
from audit.cli.commands.follow import follow, rebuild
from audit.cli.commands.init import init
from audit.cli.commands.prove import prove
from audit.cli.commands.read import read
from audit.cli.commands.record import record
from audit.cli.commands.restore import restore
from audit.cli.commands.sample import sample
from audit.cli.commands.seal import checkpoint, seal
from audit.cli.commands.search import find
from audit.cli.commands.search_looked import looked
from audit.cli.commands.serve import serve
from audit.cli.commands.timeline import timeline
from audit.cli.commands.verify import verify
from audit.cli.commands.witness import witness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from audit.cli.session import Answer

COMMANDS: Final[Mapping[str, Callable[..., Answer]]] = {
    "init": init,
    "import": bring,
    "deliveries": deliveries,
    "follow": follow,
    "search": find,
    "looked": looked,
    "attachments": attachments,
    "timeline": timeline,
    "customers": customers,
    "record": record,
    "read": read,
    "searches save": searches.save,
    "searches change": searches.change,
    "searches drop": searches.drop,
    "searches check": searches.check,
    "searches list": searches.show,
    "tags add": tags.add,
    "tags remove": tags.remove,
    "tags comment": tags.comment,
    "tags assign": tags.assign,
    "tags decide": tags.decide,
    "tags list": tags.show,
    "draw": draw,
    "export": export,
    "prove": prove,
    "seal": seal,
    "checkpoint": checkpoint,
    "verify": verify,
    "rebuild": rebuild,
    "sample": sample,
    "serve": serve,
    "doctor": doctor,
    "witness": witness,
    "hold place": hold.place,
    "hold release": hold.release,
    "hold list": hold.show,
    "erase": erase,
    "withhold place": withhold.place,
    "withhold lift": withhold.lift,
    "withhold list": withhold.show,
    "retention set": retention.set_class,
    "retention list": retention.show,
    "dispose": retention.dispose,
    "keys list": keys.show,
    "keys rotate": keys.rotate,
    "keys retire": keys.retire,
    "keys recovery": recovery.recovery,
    "keys recover": recovery.recover,
    "backup": backup,
    "restore": restore,
    "users add": users.add,
    "users secret": users.renew,
    "users retire": users.retire,
    "users list": users.show,
}

GROUPS: Final[Mapping[str, str]] = {
    "searches": "Searches kept under a name, and what came that matches them.",
    "tags": "What reviewers note on events that were found, one or many at once.",
    "hold": "Legal holds: what they cover is neither erased nor disposed of.",
    "withhold": "Words that some may not see, though they stay as they are stored.",
    "retention": "How long words are kept, and when they must be gone.",
    "keys": "The epochs under which all keys are wrapped.",
    "users": "Who may act in this archive.",
}
"""What commands of two words have in common, by the first of them."""
