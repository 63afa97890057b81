"""The register of commands, in the order in which somebody new would use them."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Final

from audit.domain.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from audit.cli.session import Answer

COMMANDS: Final[Mapping[str, str]] = {
    "init": "init:init",
    "import": "bring:bring",
    "deliveries": "deliveries:deliveries",
    "follow": "follow:follow",
    "search": "search:find",
    "looked": "search_looked:looked",
    "attachments": "attachments:attachments",
    "timeline": "timeline:timeline",
    "customers": "customers:customers",
    "record": "record:record",
    "promises": "promises:promises",
    "promise confirm": "promise:confirm",
    "promise add": "promise:add",
    "promise dismiss": "promise:dismiss",
    "promise keep": "promise:keep",
    "promise extend": "promise:extend",
    "promise withdraw": "promise:withdraw",
    "promise dispute": "promise:dispute",
    "promise break": "promise:fail",
    "prices": "prices:prices",
    "slip": "slip:slip",
    "authority add": "authority:add",
    "authority revoke": "authority:revoke",
    "authority list": "authority:show",
    "read": "read:read",
    "requests": "requests:requests",
    "request ask": "request:ask",
    "request show": "request:show",
    "request acknowledge": "request:acknowledge",
    "request verify": "request:verify",
    "request extend": "request:extend",
    "request withhold": "request:withhold",
    "request restore": "request:restore",
    "request dispute": "request:dispute",
    "request compile": "request:compile_record",
    "request check": "request:check",
    "request approve": "request:approve",
    "request release": "request_release:release",
    "request collect": "request_release:collect",
    "request refuse": "request:refuse",
    "request review": "request:review",
    "transcript": "outbox:transcript",
    "outbox list": "outbox:show",
    "outbox send": "outbox:send",
    "outbox settle": "outbox:settle",
    "searches save": "searches:save",
    "searches change": "searches:change",
    "searches drop": "searches:drop",
    "searches check": "searches:check",
    "searches list": "searches:show",
    "tags add": "tags:add",
    "tags remove": "tags:remove",
    "tags comment": "tags:comment",
    "tags assign": "tags:assign",
    "tags decide": "tags:decide",
    "tags list": "tags:show",
    "tickets": "tickets:tickets",
    "ticket show": "ticket:show",
    "ticket compare": "ticket:compare",
    "ticket read-back": "ticket:read_back",
    "ticket bounce": "ticket:bounce",
    "ticket rewrite": "ticket:rewrite",
    "ticket accept": "ticket:accept",
    "ticket escalate": "ticket:escalate",
    "ticket repeat": "ticket:repeat",
    "ticket new": "ticket:new",
    "ticket dismiss": "ticket:dismiss",
    "ticket reinstate": "ticket:reinstate",
    "order show": "order:show",
    "order unclear": "order:unclear",
    "order sign": "order:sign",
    "feedback": "feedback:feedback",
    "levels": "levels:levels",
    "volume": "volume:volume",
    "review": "review:show",
    "review mark": "review:mark",
    "review dispute": "review:dispute",
    "review answer": "review:answer",
    "review sample": "review:sample",
    "review list": "review:listed",
    "review agreement": "review:agreement",
    "draw": "draw:draw",
    "export": "export:export",
    "prove": "prove:prove",
    "seal": "seal:seal",
    "checkpoint": "seal:checkpoint",
    "verify": "verify:verify",
    "rebuild": "follow:rebuild",
    "sample": "sample:sample",
    "serve": "serve:serve",
    "doctor": "doctor:doctor",
    "witness": "witness:witness",
    "hold place": "hold:place",
    "hold release": "hold:release",
    "hold list": "hold:show",
    "erase": "erase:erase",
    "withhold place": "withhold:place",
    "withhold lift": "withhold:lift",
    "withhold list": "withhold:show",
    "retention set": "retention:set_class",
    "retention list": "retention:show",
    "dispose": "retention:dispose",
    "keys list": "keys:show",
    "keys rotate": "keys:rotate",
    "keys retire": "keys:retire",
    "keys recovery": "recovery:recovery",
    "keys recover": "recovery:recover",
    "backup": "backup:backup",
    "restore": "restore:restore",
    "users add": "users:add",
    "users secret": "users:renew",
    "users retire": "users:retire",
    "users list": "users:show",
    "users key": "users_keys:make",
    "users end-key": "users_keys:end",
    "users keys": "users_keys:show",
}
"""Where each command is: the module within ``audit.cli.commands``, and its function.

They are imported when they are asked for: all of them together take seconds.
"""

GROUPS: Final[Mapping[str, str]] = {
    "request": "The steps of one request for a record, from asking to an answer.",
    "outbox": "Letters by mail: what waits, what went, and what nobody knows of.",
    "promise": "What people decide about one promise.",
    "authority": "Who may act for whom.",
    "searches": "Searches kept under a name, and what came that matches them.",
    "tags": "What reviewers note on events that were found, one or many at once.",
    "ticket": "One ticket: how it reads, what got lost, and what is decided about it.",
    "order": "Work orders as the technician sees them.",
    "review": "How well conversations were led: the machine's marks, and people's beside them.",
    "hold": "Legal holds: what they cover is neither erased nor disposed of.",
    "withhold": "Words that some may not see, though they stay as they are stored.",
    "retention": "How long words are kept, and when they must be gone.",
    "keys": "The epochs under which all keys are wrapped.",
    "users": "Who may act in this archive.",
}
"""What commands of two words have in common, by the first of them."""


def function_of(command: str) -> Callable[..., Answer]:
    """Import a command of the register and return its function."""
    module, _, name = COMMANDS[command].partition(":")
    found: Callable[..., Answer] = getattr(import_module(f"audit.cli.commands.{module}"), name)
    return found


def meant_by(words: Sequence[str]) -> Iterable[str]:
    """Return the commands that somebody's words may mean: one, a group's, or all where help is wanted.

    Raises WrongUse for a command that is not there, with the one that is nearest.
    """
    for length in (2, 1):
        if " ".join(words[:length]) in COMMANDS:
            return (" ".join(words[:length]),)
    if not words or words[0].startswith("-"):
        return COMMANDS
    if group := [name for name in COMMANDS if name.startswith(f"{words[0]} ")]:
        return group
    near = get_close_matches(words[0], {name.partition(" ")[0] for name in COMMANDS}, 1)
    raise WrongUse(f"There is no command {words[0]!r}." + "".join(f" Did you mean {name!r}?" for name in near))
