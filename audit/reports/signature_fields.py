"""Empty fields for signatures, made and tagged together with the page, so that signing adds nothing untagged.

PDF/UA-1 (7.18.1, 7.18.4) wants every widget in the tree of tags, and PDF/A-3 (6.3.2) wants none of them hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pydyf  # type: ignore[import-untyped]  # the library carries no types

if TYPE_CHECKING:
    from collections.abc import Sequence

SEAL: Final = "ArchiveSeal"
COUNTERSIGNATURE: Final = "Countersignature"
_PRINT_AND_LOCKED: Final = 132


def add_fields(pdf: Any, fields: Sequence[Sequence[str]]) -> None:
    """Add signature fields without an appearance to the first page, under the root of its tags."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    document = _object(pdf, root["K"][0])
    numbers = _object(pdf, root["ParentTree"])["Nums"]
    page = pdf.objects[pdf.pages["Kids"][0]]
    page_reference = pdf.page_references[0]
    widgets = []
    for name, said in fields:
        key = numbers[-2] + 1
        widget = _added(pdf, {
            "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "T": pydyf.String(name), "TU": pydyf.String(said),
            "Rect": pydyf.Array([0, 0, 0, 0]), "F": _PRINT_AND_LOCKED, "P": page_reference, "StructParent": key,
        })  # fmt: skip
        about = _added(pdf, {"Type": "/OBJR", "Obj": widget.reference, "Pg": page_reference})
        form = _added(pdf, {
            "Type": "/StructElem", "S": "/Form", "P": document.reference, "Pg": page_reference,
            "K": about.reference, "Alt": pydyf.String(said),
        })  # fmt: skip
        # Not a list of one: pyHanko grants a later signature this way through the tree of tags and no other.
        document["K"].append(form.reference)
        numbers.extend([key, form.reference])
        widgets.append(widget.reference)
    page.setdefault("Annots", pydyf.Array()).extend(widgets)
    page["Tabs"] = "/S"
    pdf.catalog["AcroForm"] = _added(pdf, {"Fields": pydyf.Array(widgets), "SigFlags": 0}).reference


def _added(pdf: Any, members: dict[str, Any]) -> Any:
    made = pydyf.Dictionary(members)
    pdf.add_object(made)
    return made


def _object(pdf: Any, reference: bytes) -> Any:
    """Return the object that a reference names."""
    return pdf.objects[int(bytes(reference).split()[0])]
