"""What was found, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.projections.search.listing import RANKED
from audit.projections.search.snippets import snippets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from audit.bootstrap.search_context import Line
    from audit.projections.search.find import Asked, Results
    from audit.projections.search.hits import Hit

_NAMED = 20


def said(asked: Asked, found: Results, around: Mapping[int, list[Line]], *, withheld: int = 0) -> str:
    """Return the answer as lines; ``withheld`` is how many events could not be searched by who asks."""
    hidden = [f"{withheld} events are withheld from your role and were not searched."] if withheld else []
    return "\n".join([*_counts(asked, found), *hidden, *_hits(asked, found, around), *_end(found)])


def _counts(asked: Asked, found: Results) -> Iterator[str]:
    what = "conversations found" if asked.kind == "conversations" else "found"
    yield f"{found.total} {what} in the events up to {found.position}."
    if found.apart:
        yield f"Besides, {found.apart} texts that are in no conversation match: list them with --kind messages."
    if found.unread:
        events = ", ".join(map(str, found.unread[:_NAMED]))
        yield f"NOT COMPLETE: {len(found.unread)} events could not be searched ({events}): run onrecord doctor."
    if found.attachments_unread:
        yield (
            f"{found.attachments_unread} attachments could not be searched, or not to their end: "
            "list them with onrecord attachments --unread."
        )
    if found.ranked_among == RANKED:
        yield f"The best of the newest {found.ranked_among} stand first."


def _hits(asked: Asked, found: Results, around: Mapping[int, list[Line]]) -> Iterator[str]:
    for hit in found.hits:
        yield _line(hit, asked.zone)
        for line in around.get(hit.event, []):
            mark = ">" if line.is_hit else " "
            yield f"    {mark} {line.at.astimezone(asked.zone):%H:%M:%S} {line.role}: {_one_line(line.text)}"


def _end(found: Results) -> Iterator[str]:
    for facet, counts in found.facets.items():
        yield f"By {facet}: " + ", ".join(f"{value} {count}" for value, count in counts.items())
    if found.next_page:
        yield f"More: --after {found.next_page}"


def _line(hit: Hit, zone: tzinfo) -> str:
    whose = " ".join(filter(None, (hit.customer, hit.conversation, hit.ticket)))
    told = [f"#{hit.event} {hit.at.astimezone(zone):%Y-%m-%d %H:%M} {hit.author or hit.role} ({whose})"]
    told.append("[" + ", ".join(_places(hit)) + "]")
    if hit.hits > 1:
        told.append(f"{hit.hits} hits,")
    return " ".join(told) + f" {_snippets(hit)}"


def _places(hit: Hit) -> Iterator[str]:
    yield from hit.where or (hit.topic,)
    if hit.version:
        yield f"version {hit.version.number} of {hit.version.count}"
        if hit.version.deleted:
            yield "deleted at the source"


def _snippets(hit: Hit) -> str:
    told = []
    for one in snippets(hit):
        text = "".join(f"[{piece}]" if found else piece for piece, found in one.pieces)
        told.append(f"{'…' if one.cut[0] else ''}{text}{'…' if one.cut[1] else ''}")
    return _one_line(" ".join(told))


def _one_line(text: str) -> str:
    return " ".join(text.split())
