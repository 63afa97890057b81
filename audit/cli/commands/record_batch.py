"""``onrecord record --batch``: the records of many customers over all cores; cut short, it goes on where it was."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import replace
from functools import cache
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.bootstrap.house import build
from audit.bootstrap.recording import compiled, printed
from audit.cli.commands.record_files import named
from audit.cli.commands.record_ledger import Ledger, listed
from audit.cli.looking import purpose
from audit.cli.session import Answer
from audit.cli.writing import write_whole
from audit.domain.access import RecordExported
from audit.domain.errors import AuditError
from audit.reports.press import Press
from audit.reports.reconciling import counting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audit.bootstrap.house import House
    from audit.bootstrap.recording import Signers, Wanted
    from audit.bootstrap.settings import Settings
    from audit.cli.session import Session
    from audit.domain.actor import Actor

_WAITING: Final = 4
"""How many records wait for each process: what is counted for them is held until then."""


class _Job(NamedTuple):
    """One record of a batch. ``numbers`` are the events that the log itself has of the customer, None for nobody."""

    settings: Settings
    by: Actor
    wanted: Wanted
    output: Path
    signers: Signers
    numbers: frozenset[int] | None


def print_batch(
    session: Session, file: Path, folder: Path, wanted: Wanted, signers: Signers, processes: int | None
) -> Answer:
    """Print the record of each customer in the file into the folder, with a ledger that becomes the manifest."""
    asked = listed(file, wanted.language)
    with session.house() as house:
        by = session.second_person(house) if signers.countersignature else session.actor(house)
        head = session.caught_up(house)
        with Ledger.begun(folder, replace(wanted, position=wanted.position or head), asked) as ledger:
            house.log.cover(ledger.position)
            due = ledger.due()
            with (
                counting(house.archive, ledger.position) as counted,
                session.progress("printing records", len(asked)) as on_progress,
            ):
                jobs = (
                    _Job(
                        settings=session.settings,
                        by=by,
                        wanted=ledger.wanted(one),
                        output=folder / f"{one.number:06}.pdf",
                        signers=signers,
                        numbers=_numbers(counted, one.customer),
                    )
                    for one in due
                )
                for done in _shared_out(jobs, min(processes or os.cpu_count() or 1, max(1, len(due)))):
                    ledger.note(done)
                    on_progress(ledger.count)
            return _answer(ledger)


def _numbers(counted: Callable[[str], set[int]], customer: str) -> frozenset[int] | None:
    try:
        return frozenset(counted(customer))
    except AuditError:
        return None  # why there are none is said when their record is made


def _shared_out(jobs: Iterator[_Job], processes: int) -> Iterator[dict[str, Any]]:
    """Yield what became of each job, in whatever order they end."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(_print, job) for job in islice(jobs, processes * _WAITING)}
        try:
            while waiting:
                ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for one in ended:
                    yield one.result()
                waiting |= {pool.submit(_print, job) for job in islice(jobs, len(ended))}
        finally:
            for one in waiting:
                one.cancel()


def _print(job: _Job) -> dict[str, Any]:
    """Print one record in a process of its own, and say what became of it: nothing it meets stops the others."""
    customer = job.wanted.customer
    try:
        house, press = _opened(job.settings)
        return {"customer": customer, **_printed(house, press, job)}
    except AuditError as reason:
        return {"customer": customer, "refused": str(reason)}
    except (MemoryError, RecursionError, OSError, ValueError, TypeError, LookupError) as fault:
        return {"customer": customer, "refused": f"It could not be made, report it to us ({fault!r})."}


def _printed(house: House, press: Press, job: _Job) -> dict[str, Any]:
    numbers = job.numbers
    made = compiled(house, job.by, job.wanted, counted=None if numbers is None else lambda _: set(numbers))
    files = named(job.output, printed(house, made, job.signers, press=press))
    first = files[job.output]
    counts = made.record.counts
    exported = RecordExported(
        what="record",
        format="pdf",
        audience=job.wanted.audience.value,
        count=counts.total,
        withheld=counts.withheld,
        position=made.gathered.position,
        digest=first.sha256,
        why=purpose(job.by),
    )
    house.archive.note(exported, job.by, ties=[("customer", job.wanted.customer)])
    for path, one in files.items():
        write_whole(path, one.content)
    told = [
        {"file": path.name, "pages": one.pages, "sha256": one.sha256, "unsigned_sha256": one.unsigned_sha256}
        for path, one in files.items()
    ]
    return {"files": told, "events": counts.total, "withheld": counts.withheld, "complete": made.record.complete}


def _opened(settings: Settings) -> tuple[House, Press]:
    """Return the archive and the press of this process, which keeps both until it ends."""
    kept = _kept()
    if not kept:
        kept.append((build(settings), Press()))
    return kept[0]


@cache
def _kept() -> list[tuple[House, Press]]:
    return []


def _answer(ledger: Ledger) -> Answer:
    manifest, digest = ledger.closed()
    refused = ledger.refused
    facts: dict[str, Any] = {
        "records": ledger.printed,
        "pages": ledger.pages,
        "refused": refused,
        "position": ledger.position,
        "manifest": str(manifest),
        "manifest_sha256": digest,
    }
    words = [
        f"{ledger.printed} records, {ledger.pages} pages, up to event {ledger.position}; {len(refused)} refused.",
        f"{manifest}: SHA-256 {digest}",
        *(f"  {one['customer']}: {one['refused']}" for one in refused),
    ]
    if refused:
        words.append("What was refused is tried again when the same batch is started again.")
    return Answer(facts=facts, words="\n".join(words), code=1 if refused else 0)
