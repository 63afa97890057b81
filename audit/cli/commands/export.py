"""``onrecord export``: hand over what a search finds, numbered, proven, and with a first page that says it all."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.bootstrap.producing import Order, hand_over, planned
from audit.cli.session import Answer, Session

if TYPE_CHECKING:
    from audit.reports.production.producing import Produced


class Form(StrEnum):
    """In which form items are written."""

    NDJSON = "ndjson"
    EML = "eml"
    VCON = "vcon"
    EDRM = "edrm"
    LOADFILE = "loadfile"
    CSV = "csv"
    BAGIT = "bagit"


Query = Annotated[str, typer.Argument(help="As in onrecord search.", show_default=False)]
Output = Annotated[Path, typer.Option("-o", "--output", help="The folder to make; it must not be there yet.")]
As = Annotated[Form, typer.Option("--as-format", help="The form in which the items are written.")]
Prefix = Annotated[str, typer.Option("--prefix", help="What stands before the number of every item.")]
Context = Annotated[int, typer.Option("--context", min=0, max=100, help="Lines before and after each hit, so marked.")]
Tag = Annotated[str | None, typer.Option("--tag", help="Only hits with this tag.")]
Decided = Annotated[str | None, typer.Option("--decided", help="Only hits decided so, like responsive.")]
Position = Annotated[int | None, typer.Option("--position", min=1, help="As known at this event; the head by default.")]

Images = Annotated[bool, typer.Option("--images/--no-images", help="Of a load file: print the pages that OPT lists.")]
Paper = Annotated[bool, typer.Option("--paper/--no-paper", help="Print the first page as a PDF, too.")]


def export(  # noqa: PLR0913, PLR0917  # the words of the command line are the contract
    session: Session,
    query: Query,
    output: Output,
    as_format: As = Form.NDJSON,
    prefix: Prefix = "REC",
    context: Context = 0,
    tag: Tag = None,
    decided: Decided = None,
    position: Position = None,
    images: Images = True,
    paper: Paper = True,
) -> Answer:
    """Hand over everything a search finds, families together, each item numbered and proven, into a new folder."""
    order = Order(
        query=query,
        form=as_format.value,
        prefix=prefix,
        context=context,
        tag=tag,
        decided=decided,
        position=position,
        images=images,
        paper=paper,
    )
    with session.house() as house:
        by = session.actor(house)
        session.caught_up(house)
        will = planned(house, by, order)
        progress = partial(session.progress, "handing over")
        produced = hand_over(house, by, order, output, will=will, progress=progress)
    return _answer(output, produced)


def _answer(output: Path, produced: Produced) -> Answer:
    manifest, counts = produced.manifest, produced.counts
    facts: dict[str, Any] = {
        "folder": str(output),
        "items": counts["produced"],
        "withheld": counts["withheld"],
        "manifest_sha256": produced.digest,
        "matched": manifest["matched"],
        "hits": counts["hit"],
        "family": counts["family"],
        "context": counts["context"],
        "parts_withheld": counts["parts_withheld"],
        "erased": counts["erased"],
        "unreadable": counts["unreadable"],
        "numbers": manifest["numbers"],
        "position": manifest["position"],
        "complete": manifest["complete"],
        "faults": manifest["faults"],
    }
    numbers = manifest["numbers"]
    words = [
        f"{output}: {counts['produced']} items handed over, {counts['withheld']} withheld, {counts['erased']} erased"
        + (f", numbered {numbers['first']} to {numbers['last']}." if numbers else "."),
        f"{manifest['matched']} events matched in all events up to {manifest['position']}.",
        *(f"NOT COMPLETE: {fault}" for fault in manifest["faults"]),
        f"SHA-256 of the manifest {produced.digest}",
    ]
    return Answer(facts=facts, words="\n".join(words))
