"""What is wrong with a file that was brought, a checkpoint, or the log itself, in the visitor's language."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from api.navigation import N_
from api.wording import wording

if TYPE_CHECKING:
    from api.wording import Wording

FAULTS: Final = (
    N_("{what}, nor seconds since 1970"),
    N_("{what}, nor of a format the map gives"),
    N_("the file ends in the middle of it, or {what}"),
    N_("It is no vCon: {what}."),
    N_("text or field is missing"),
    N_("its body is missing"),
    N_("created_at is missing, and no dialog says when it began"),
    N_("{name} are missing"),
    N_("{name} is missing"),
    N_("{name} is not text"),
    N_("{name} is no whole number"),
    N_("{name} is negative"),
    N_("{name} is neither true nor false"),
    N_("it is no JSON object"),
    N_("{name} is no JSON object"),
    N_("parties is no list of at most {most}"),
    N_("{name} is no list"),
    N_("{name} has more than {most} entries"),
    N_("{name} is longer than {most} characters"),
    N_("{name} holds a control character"),
    N_("{name} is no time as in 2026-03-01T10:00:00Z"),
    N_("{name} has no offset (write Z or +02:00 at its end)"),
    N_("its time does not exist"),
    N_("{name} is a time that does not exist"),
    N_("{name} is a time outside the years 1 to 9999"),
    N_("{name} in fields"),
    N_("kind is none of {names}"),
    N_("role is none of customer, representative, {names}"),
    N_("its type is none of text, recording, recording-set, transfer and incomplete"),
    N_("its disposition is none of {names}"),
    N_("its encoding is none of none, json and base64url"),
    N_("direction is neither inbound nor outbound"),
    N_("on_behalf_of contradicts customer"),
    N_("{name} contradicts id"),
    N_("ended_at is before the call was offered"),
    N_("answered_at is before the call was offered"),
    N_("answer is not between start and end"),
    N_("{name} is before {other}"),
    N_("outcome says abandoned, but answered_at is there"),
    N_("rating has a field besides score, out_of and comment"),
    N_("rating is no score, a whole number"),
    N_("{name} holds something that is neither text nor a kind with a value"),
    N_("{name} holds something whose kind or value is no text"),
    N_("currency is no code of ISO 4217 such as EUR"),
    N_("amount is no decimal number such as 12.50"),
    N_("sha256 is not that of the bytes"),
    N_("length is not that of the bytes"),
    N_("base64 and path are both there"),
    N_("base64 is not base64"),
    N_("path is no file beside this one"),
    N_("path is no file in the folder of this file"),
    N_("path is a file longer than {most} bytes"),
    N_("path is a file that is damaged or cut off"),
    N_("it holds the verification code or PIN of a card, which may never be kept: take it out where it was written"),
    N_("another item stands under its name already; the first recorded stands"),
    N_("it is not UTF-8 (at byte {place})"),
    N_("it is not UTF-8"),
    N_("it is {length} bytes long, more than {most}; only its beginning is kept"),
    N_("it is longer than {most} bytes; only its beginning is kept"),
    N_("it is not JSON ({said} at character {place})"),
    N_("it is nested too deeply"),
    N_("it holds a number that is too long"),
    N_("it holds a number that is too large"),
    N_("it holds NaN or Infinity, which JSON has not"),
    N_("it holds half of a surrogate pair, which is no character"),
    N_("a field stands in it twice"),
    N_("it has {count} columns where the table has {columns}"),
    N_("it has {count} columns where a call detail record has {least} to {most}"),
    N_("it has fewer than the five fields time, call, queue, agent and event"),
    N_("its event is none that Asterisk's queues write"),
    N_("{event} takes at least {least} particulars"),
    N_("it has no header"),
    N_("it goes to more than {most} people outside"),
    N_("Date is no date of RFC 5322"),
    N_("its header is longer than {most} bytes"),
    N_("a field that says what a part is, is longer than {most} bytes"),
    N_("it has more parts, or deeper ones, than a mail has"),
    N_("it has more than {most} parts or they are nested deeper than {depth}"),
    N_("its parts are nested too deeply"),
    N_("its header is too broken to tell its parts apart"),
    N_("It is longer than {most} bytes: no mail is."),
    N_("It has no header as mail has it."),
    N_("It is no mbox: it does not begin with a From line."),
    N_("it is encrypted: decrypt it with its key and bring what comes out"),
    N_("its body is not base64url"),
    N_("its content_hash is not that of its body"),
    N_("its text lies elsewhere: bring it with the vCon"),
    N_("it names a party that is not there"),
    N_("It is longer than {most} bytes: keep its recordings beside it."),
    N_("It has a payload but no signature: it is no vCon."),
    N_("It is no JSON object: it is no vCon."),
    N_("It has neither parties nor dialog: it is no vCon."),
    N_("Its signed payload is not base64url: it is no vCon."),
    N_("It is not UTF-8: it is no vCon."),
    N_("No importer knows this kind of file: name its format, or convert it to onrecord.ndjson."),
    N_("A table is read by a map of its columns: give it with --map."),
    N_("The table has two columns called {name}: give each its own name."),
    N_("The table has no column {name}: correct the map, or its delimiter."),
    N_("Its rows cannot be told apart ({said}): check its quotation marks."),
    N_("It is no queue_log: it holds bytes that are no text."),
    N_("It is damaged or cut off and cannot be read to its end ({said})."),
    N_("It unpacks to more than {most} bytes, far more than such a file should."),
    N_("It cannot be opened ({said})."),
    N_("There is no {path}: give the path of a file or a folder."),
    N_("There is no format {name}: give one of {names}."),
    N_("It is a link: bring what it points at."),
    N_("It is no ordinary file."),
    N_("It changed while it was being read: bring it again when nobody writes to it."),
    N_("It was refused: do not open it."),
    N_("It is a zip of more than {most} files."),
    N_("It is a zip that unpacks to far more than such a file should."),
    N_("It is a zip with too large a directory: unpack it first."),
    N_("It is a zip that is damaged or cut off."),
    N_("It is a file in a zip that is damaged or cut off."),
    N_("It has no name."),
    N_("Its path leads out of the zip."),
    N_("It lies deeper than {most} folders."),
    N_("It is encrypted: unpack the zip first."),
    N_("It is packed in an unusual way: unpack the zip first."),
    N_("It stopped in the middle: bring the file again; nothing is stored twice."),
    N_("no access"),
    N_("the call"),
    N_("the queue"),
    N_("the agent"),
    N_("the place"),
    N_("the waiting time"),
    N_("the talk time"),
    N_("the time on hold"),
    N_("the ringing time"),
    N_("its time"),
    N_("a party"),
    N_("line {number}"),
    N_("message {number} (line {line})"),
    N_("message"),
    N_("dialog {number}"),
    N_("attachment {number}"),
    N_("file"),
    N_("{name} is no checkpoint that can be relied upon: {what}"),
    N_("{name} is a checkpoint of the log {other}, not of {origin}: give one of this log."),
    N_("{name} covers no event at all: give a later checkpoint."),
    N_(
        "{name} is a checkpoint of {other}, whose key was not kept when this archive went on from it: name "
        "its vkey in a policy, with --policy FILE."
    ),
    N_("A note is a text, a blank line and signatures: take it as it was handed out."),
    N_("A signature line is a dash, a name and base64: take the note as it was handed out."),
    N_("A signature of {signer} is cut short: take the note as it was handed out."),
    N_("The text of a note is whole lines without control characters: take it as handed out."),
    N_("A note has at most {most} signatures, this one {count}."),
    N_("A note has at most {most} bytes, this one {count}."),
    N_("A checkpoint has three lines: origin, size and root; this text has not."),
    N_("Origin and extension lines are whole lines with something in them."),
    N_("A log has between 0 and {most} entries, not {count}."),
    N_("No key you trust signed this note: ask for the vkey of its signer by another way."),
    N_("No log key you trust signed for {origin}: ask it for its vkey."),
    N_("The signature of {signer} is not genuine: the text or the key is another."),
    N_("Two known keys are named {name} and have the same id: rename one."),
    N_("The stored event is not the one that was recorded: its bytes changed."),
    N_("A column of this event is of another type than was written."),
    N_("The sealed words of this event are of another type than was written."),
    N_("The sealed words of this event were changed."),
    N_("Sealed words stand beside an event that has none."),
    N_("The sealed words of this event are gone, and no erasure took them."),
    N_("The archive counts {count} events, but {size} are there."),
    N_("The numbering is broken: event {found} stands where event {first} should."),
    N_("Event {first} is missing: event {found} comes next."),
    N_("Events {first} to {last} are missing: event {found} comes next."),
    N_("The stored tree does not fit events {first} to {last}: a tile was changed or is missing."),
    N_("There are more tiles of the stored tree than its events need."),
    N_("An original of this event was changed."),
    N_("An original of this event is missing, and no erasure took it."),
    N_("{name} covers {newest} events, but only {size} are there: the end of the log was cut off."),
    N_(
        "{name} over {size} events is not about the events that are there: between event {first} and event {last} "
        "something was changed, moved, put in or taken out after it was signed."
    ),
    N_("The stored checkpoint over {size} events does not say what was signed: its row was altered."),
    N_("The signer's memory is gone: restore log.state, or see onrecord seal --recover."),
)
"""What lower rooms say of files and proofs, and how they call places in them; {names} stand for what differs."""
_NAME: Final = re.compile(r"\\\{(\w+)\\\}")
_LONGEST: Final = 2_000


def fault(say: Wording, said: str) -> str:
    """Return what is wrong in the language of the visitor, or as it was said where nobody translated it."""
    return said if say.language == "en" or len(said) > _LONGEST else _told(say.language, said)


def fault_at(say: Wording, place: str, said: str) -> str:
    """Return what is wrong at a place that stands beside it already."""
    return fault(say, said.removeprefix(f"{place}: "))


@lru_cache(maxsize=2_048)
def _told(language: str, said: str) -> str:
    say = wording(language)
    for template, pattern in _patterns():
        if found := pattern.fullmatch(said):
            # Not escaped here: the page does that. A part may itself be a place or a fault of the list.
            return str(say(template)).format(
                **{name: _told(language, part) for name, part in found.groupdict().items()}
            )
    return said


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one, re.compile(_NAME.sub(r"(?P<\1>.{1,500}?)", re.escape(one)), re.DOTALL)) for one in FAULTS)
