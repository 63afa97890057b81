"""``onrecord sample``: write a made-up company, or a day of its telephone queues."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from audit.cli.session import Answer, Session
from audit.sample.company import write
from audit.sample.queue_log import write_queue_log

Messages = Annotated[int, typer.Option("--messages", min=1, help="How many messages are said.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed writes the same company.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="The file to write, as onrecord.ndjson.")]
QueueLog = Annotated[bool, typer.Option("--queue-log", help="Write a day of telephone calls as Asterisk's queue_log.")]
Calls = Annotated[int, typer.Option("--calls", min=1, help="How many calls the day has, with --queue-log.")]


def sample(  # one parameter for each option
    session: Session,
    output: Output,
    *,
    messages: Messages = 1000,
    seed: Seed = 1,
    queue_log: QueueLog = False,
    calls: Calls = 500,
) -> Answer:
    """Write a made-up company: its customers, calls, chats, mails, tickets, work orders and promises."""
    if queue_log:
        counts = write_queue_log(output, calls=calls, seed=seed)
    else:
        with session.progress("making up a company", messages) as on_progress:
            counts = write(output, messages=messages, seed=seed, progress=on_progress)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.kinds.items()))
    facts = {"file": str(output), "messages": counts.messages, "lines": counts.lines, "by_kind": counts.kinds}
    return Answer(facts=facts, words=f"{output}: {counts.lines} lines ({kinds}).")
