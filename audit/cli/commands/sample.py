"""``onrecord sample``: write a made-up company."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.cli.session import Answer, Session
from audit.sample.company import write

Messages = Annotated[int, typer.Option("--messages", min=1, help="How many messages are said.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed writes the same company.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="The file to write, as onrecord.ndjson.")]


def sample(session: Session, output: Output, messages: Messages = 1000, seed: Seed = 1) -> Answer:
    """Write a made-up company: its customers, calls, chats, mails, tickets, work orders and promises."""
    with session.progress("making up a company", messages) as on_progress:
        counts = write(output, messages=messages, seed=seed, progress=on_progress)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.kinds.items()))
    facts = {"file": str(output), "messages": counts.messages, "lines": counts.lines, "by_kind": counts.kinds}
    return Answer(facts=facts, words=f"{output}: {counts.lines} lines ({kinds}).")
