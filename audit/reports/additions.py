"""What was added to a document after one of its states: signatures in the fields made for them, and nothing else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final, cast

from pyhanko.pdf_utils.generic import DictionaryObject, Reference

from audit.evidence.errors import NotProven

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

_ROOT_MAY: Final = frozenset({"/Version", "/Extensions"})
"""pyHanko marks the root of a file that it signs with a key other than RSA."""
_FORM_MAY: Final = frozenset({"/SigFlags"})
_FIELD_MAY: Final = frozenset({"/V"})


def revisions(reader: PdfFileReader) -> int:
    """Return how many states a document has: one, and one more for each thing added to it."""
    return int(reader.xrefs.total_revisions)


def must_be_signatures(reader: PdfFileReader, after: int) -> None:
    """Raise NotProven unless all that was changed after a state, from 0, are empty fields that were signed.

    The library's own comparison says the same of all that any signer may do, and takes minutes for a long document.
    """
    for revision in range(after + 1, revisions(reader)):
        old, new = reader.get_historical_resolver(revision - 1), reader.get_historical_resolver(revision)
        if _written(old.trailer_view.raw_get("/Root")) != _written(new.trailer_view.raw_get("/Root")):
            raise NotProven("Another document was put in place of this one after it was made.")
        for reference in cast("Any", new).explicit_refs_in_revision():
            if not _is_new(old, reference):
                _check(old, new, reference)


def _check(old: Any, new: Any, reference: Reference) -> None:
    before, after = old.get_object(reference), new.get_object(reference)
    if not isinstance(before, DictionaryObject) or not isinstance(after, DictionaryObject):
        raise NotProven(f"Object {reference.idnum} of the file was changed after it was made.")
    streams = [getattr(one, "data", None) for one in (before, after)]
    changed = {key for key in before.keys() | after.keys() if _member(before, key) != _member(after, key)}
    if not changed <= _may(before, old, reference) or streams[0] != streams[1]:
        raise NotProven(f"Object {reference.idnum} of the file was changed after it was made, and is no signature.")


def _may(before: Any, old: Any, reference: Reference) -> frozenset[str]:
    """Return which members of an object signing changes."""
    if reference == old.root_ref:
        return _ROOT_MAY
    if "/SigFlags" in before and "/Fields" in before:
        return _FORM_MAY
    is_empty_field = before.get("/FT") == "/Sig" and "/V" not in before
    return _FIELD_MAY if is_empty_field else frozenset()


def _is_new(old: Any, reference: Reference) -> bool:
    return bool(old.is_ref_unassignable(reference))


def _member(container: DictionaryObject, key: str) -> bytes | None:
    return _written(container.raw_get(key)) if key in container else None


def _written(member: Any) -> bytes:
    into = io.BytesIO()
    member.write_to_stream(into, None)
    return into.getvalue()
