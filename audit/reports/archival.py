"""What the engine leaves open in an archival, accessible PDF: language, attachments, the PDF/UA mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import pydyf  # type: ignore[import-untyped]  # the library carries no types
import weasyprint  # type: ignore[import-untyped]  # the library carries no types
from weasyprint.pdf import tags  # type: ignore[import-untyped]  # the library carries no types

if TYPE_CHECKING:
    from collections.abc import Iterator

KNOWN_ENGINE: Final = "70.0"
"""The version whose internals the language tags were written for; another one needs another look."""
_NAMES: Final = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}


def tag_languages() -> None:
    """Give each tagged element the language of its HTML (PDF/UA-1, 7.2), for the rest of this process."""
    if weasyprint.__version__ != KNOWN_ENGINE:
        raise AssertionError(f"the language tags were written for WeasyPrint {KNOWN_ENGINE}")
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


def attach_once(_document: Any, pdf: Any) -> None:
    """Name each attachment once (PDF/A-3, 6.8): WeasyPrint 70 lists every one twice."""
    if attached := pdf.catalog.get("AF"):
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(attached))


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
