"""What the engine leaves open in an archival, accessible PDF: language, attachments, the PDF/UA mark, its speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pydyf  # type: ignore[import-untyped]  # the library carries no types
import weasyprint  # type: ignore[import-untyped]  # the library carries no types
from weasyprint.pdf import tags  # type: ignore[import-untyped]  # the library carries no types

from audit.reports.signature_fields import add_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KNOWN_ENGINE: Final = "70.0"
"""The version whose internals the language tags were written for; another one needs another look."""
_AMENDED: Final = "_amended_by_on_record"
_NAMES: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}


def amend_engine() -> None:
    """Amend the engine for the rest of this process: languages in the tags, and page numbers that are not made anew."""
    if weasyprint.__version__ != KNOWN_ENGINE:
        raise AssertionError(f"the amendments were written for WeasyPrint {KNOWN_ENGINE}")
    if not hasattr(tags, _AMENDED):
        setattr(tags, _AMENDED, True)
        _tag_languages()
        _remember_pages()


def finish(_document: Any, pdf: Any, *, fields: Sequence[Sequence[str]]) -> None:
    """Finish the file before it is written: each attachment named once, and empty fields for signatures.

    ``fields`` are the name of each, and what is read aloud of it.
    """
    # PDF/A-3, 6.8: WeasyPrint 70 lists every attachment twice.
    if attached := pdf.catalog.get("AF"):
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(attached))
    if fields:
        add_fields(pdf, fields)


def _tag_languages() -> None:
    """Give each tagged element the language of its HTML (PDF/UA-1, 7.2)."""
    plain = tags._build_box_tree  # noqa: SLF001  # the engine offers no public place for it

    def spoken(box: Any, parent: Any, *others: Any) -> Iterator[Any]:
        inner = getattr(box, "_box", box)
        element = getattr(inner, "element", None)
        language = None if element is None or inner.element_tag in {"html", "body"} else element.get("lang")
        for tagged in plain(box, parent, *others):
            if language and "Lang" not in tagged:
                tagged["Lang"] = pydyf.String(language)
            yield tagged

    tags._build_box_tree = spoken  # noqa: SLF001  # the engine offers no public place for it


def _remember_pages() -> None:
    """Keep the list of pages while no page is added: the engine makes it anew for every tag, which is quadratic."""
    plain = pydyf.PDF.page_references.fget

    def remembered(pdf: Any) -> Any:
        count, references = getattr(pdf, "_remembered_pages", (None, ()))
        if count != len(pdf.pages["Kids"]):
            count, references = len(pdf.pages["Kids"]), plain(pdf)
            pdf._remembered_pages = (count, references)  # noqa: SLF001  # our own attribute on its object
        return references

    pydyf.PDF.page_references = property(remembered)


def mark_accessible(metadata: Any) -> None:
    """Add the PDF/UA-1 mark, and the extension schema that PDF/A demands for it, to the one ``rdf:RDF``."""
    plain = metadata.generate_rdf_metadata

    def marked(variant: str, version: str, conformance: str) -> bytes:
        root = ET.fromstring(plain(variant, version, conformance))  # noqa: S314  # the engine wrote it just now
        root.append(_mark())
        root.append(_schema())
        return bytes(ET.tostring(root, encoding="utf-8"))

    for prefix, name in _NAMES.items():
        ET.register_namespace(prefix, name)
    metadata.generate_rdf_metadata = marked


def _mark() -> ET.Element:
    described = ET.Element(_name("rdf", "Description"), {_name("rdf", "about"): ""})
    ET.SubElement(described, _name("pdfuaid", "part")).text = "1"
    return described


def _schema() -> ET.Element:
    described = ET.Element(_name("rdf", "Description"), {_name("rdf", "about"): ""})
    schema = _only(described, "pdfaExtension", "schemas", "Bag")
    _say(schema, "pdfaSchema", schema="PDF/UA Universal Accessibility Schema")
    _say(schema, "pdfaSchema", namespaceURI=_NAMES["pdfuaid"])
    ET.SubElement(schema, _name("pdfaSchema", "prefix")).text = "pdfuaid"
    part = _only(schema, "pdfaSchema", "property", "Seq")
    _say(part, "pdfaProperty", name="part", valueType="Integer", category="internal")
    _say(part, "pdfaProperty", description="Part of ISO 14289 to which the document conforms")
    return described


def _only(parent: ET.Element, prefix: str, name: str, kind: str) -> ET.Element:
    """Add a list of that kind with one member, and return the member."""
    container = ET.SubElement(ET.SubElement(parent, _name(prefix, name)), _name("rdf", kind))
    return ET.SubElement(container, _name("rdf", "li"), {_name("rdf", "parseType"): "Resource"})


def _say(parent: ET.Element, prefix: str, **values: str) -> None:
    for name, value in values.items():
        ET.SubElement(parent, _name(prefix, name)).text = value


def _name(prefix: str, name: str) -> str:
    return f"{{{_NAMES[prefix]}}}{name}"
