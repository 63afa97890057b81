"""The register of commands, in the order in which somebody new would use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from audit.cli.commands import (
    authority,
    hold,
    keys,
    outbox,
    promise,
    recovery,
    request,
    request_release,
    retention,
    searches,
    tags,
    users,
    withhold,
)
from audit.cli.commands import order as work_order
from audit.cli.commands import ticket as one_ticket
from audit.cli.commands.attachments import attachments
from audit.cli.commands.backup import backup
from audit.cli.commands.bring import bring
from audit.cli.commands.customers import customers
from audit.cli.commands.deliveries import deliveries
from audit.cli.commands.doctor import doctor
from audit.cli.commands.draw import draw
from audit.cli.commands.erase import erase
from audit.cli.commands.export import export
from audit.cli.commands.feedback import feedback
from audit.cli.commands.follow import follow, rebuild
from audit.cli.commands.init import init
from audit.cli.commands.prices import prices
from audit.cli.commands.promises import promises
from audit.cli.commands.prove import prove
from audit.cli.commands.read import read
from audit.cli.commands.record import record
from audit.cli.commands.requests import requests
from audit.cli.commands.restore import restore
from audit.cli.commands.sample import sample
from audit.cli.commands.seal import checkpoint, seal
from audit.cli.commands.search import find
from audit.cli.commands.search_looked import looked
from audit.cli.commands.serve import serve
from audit.cli.commands.slip import slip
from audit.cli.commands.tickets import tickets
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
    "promises": promises,
    "promise confirm": promise.confirm,
    "promise add": promise.add,
    "promise dismiss": promise.dismiss,
    "promise keep": promise.keep,
    "promise extend": promise.extend,
    "promise withdraw": promise.withdraw,
    "promise dispute": promise.dispute,
    "promise break": promise.fail,
    "prices": prices,
    "slip": slip,
    "authority add": authority.add,
    "authority revoke": authority.revoke,
    "authority list": authority.show,
    "read": read,
    "requests": requests,
    "request ask": request.ask,
    "request show": request.show,
    "request acknowledge": request.acknowledge,
    "request verify": request.verify,
    "request extend": request.extend,
    "request withhold": request.withhold,
    "request dispute": request.dispute,
    "request compile": request.compile_record,
    "request check": request.check,
    "request approve": request.approve,
    "request release": request_release.release,
    "request collect": request_release.collect,
    "request refuse": request.refuse,
    "request review": request.review,
    "transcript": outbox.transcript,
    "outbox list": outbox.show,
    "outbox send": outbox.send,
    "outbox settle": outbox.settle,
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
    "tickets": tickets,
    "ticket show": one_ticket.show,
    "ticket compare": one_ticket.compare,
    "ticket read-back": one_ticket.read_back,
    "ticket bounce": one_ticket.bounce,
    "ticket rewrite": one_ticket.rewrite,
    "ticket accept": one_ticket.accept,
    "ticket escalate": one_ticket.escalate,
    "ticket repeat": one_ticket.repeat,
    "ticket new": one_ticket.new,
    "ticket dismiss": one_ticket.dismiss,
    "ticket reinstate": one_ticket.reinstate,
    "order show": work_order.show,
    "order unclear": work_order.unclear,
    "order sign": work_order.sign,
    "feedback": feedback,
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
    "request": "The steps of one request for a record, from asking to an answer.",
    "outbox": "Letters by mail: what waits, what went, and what nobody knows of.",
    "promise": "What people decide about one promise.",
    "authority": "Who may act for whom.",
    "searches": "Searches kept under a name, and what came that matches them.",
    "tags": "What reviewers note on events that were found, one or many at once.",
    "ticket": "One ticket: how it reads, what got lost, and what is decided about it.",
    "order": "Work orders as the technician sees them.",
    "hold": "Legal holds: what they cover is neither erased nor disposed of.",
    "withhold": "Words that some may not see, though they stay as they are stored.",
    "retention": "How long words are kept, and when they must be gone.",
    "keys": "The epochs under which all keys are wrapped.",
    "users": "Who may act in this archive.",
}
"""What commands of two words have in common, by the first of them."""
