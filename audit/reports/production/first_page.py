"""The first page of a production: what was searched, when, by whom, over how much, and whether anything is missing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from audit.reports.production.course import beneath
from audit.reports.production.producing import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTE: Final = "manifest.note"
EXPORT: Final = "export.json"
TEXT_PAGE: Final = "README.txt"
HTML_PAGE: Final = "README.html"
PAPER: Final = "README.pdf"
PAPER_NOTE: Final = "README.note"
"""The signature over the paper, which anybody can check without the engine that made it."""

_FORMS: Final = {
    "ndjson": "items.ndjson, one JSON object a line; attachments in files/",
    "bagit": "a bag (RFC 8493): data/items.ndjson, one JSON object a line; attachments in data/files/",
    "eml": "eml/, a mail (RFC 5322) for each family, with what belongs to it attached",
    "vcon": "vcon/, a vCon 0.4.0 for each conversation",
    "edrm": "production.xml, EDRM XML 1.2; texts in TEXT/, attachments in NATIVES/; hashes are SHA-256",
    "loadfile": "production.dat (Concordance, UTF-8); texts in TEXT/, attachments in NATIVES/",
    "csv": "items.csv and items.xlsx with the same rows; attachments in files/; a value that a spreadsheet could take "
    "for a formula has an apostrophe before it, take it off to have the value",
}


class Exported(NamedTuple):
    """The access event of a production: its position, when it was recorded, and the digest it names."""

    event: int
    at: str
    digest: str


class Line(NamedTuple):
    """What the page says of one thing."""

    title: str
    text: str


def text_page(manifest: dict[str, Any], exported: Exported) -> bytes:
    """Return the page as plain text."""
    lines = [f"Production from the archive {manifest['origin']}", ""]
    for title, text in lines_of(manifest, exported):
        lines += [f"{title}:", f"  {text}", ""]
    return "\n".join(lines).encode("utf-8", "replace")


def html_page(manifest: dict[str, Any], exported: Exported) -> bytes:
    """Return the page for a browser or a printer; nothing in it is fetched, and nothing of it runs."""
    rows = "\n".join(
        f'<dt>{escape(title)}</dt>\n<dd dir="auto">{escape(text)}</dd>' for title, text in lines_of(manifest, exported)
    )
    name = escape(f"Production from the archive {manifest['origin']}")
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{name}</title>
<style>
body {{ font: 11pt/1.45 sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }}
dt {{ font-weight: bold; margin-top: .8rem }}
dd {{ margin-left: 0; overflow-wrap: anywhere }}
</style>
</head>
<body>
<h1>{name}</h1>
<dl>
{rows}
</dl>
</body>
</html>
"""
    return page.encode("utf-8", "replace")


def lines_of(manifest: dict[str, Any], exported: Exported) -> Iterator[Line]:
    """Yield what the page says, the same in each of its forms."""
    counts, by, format_ = manifest["counts"], manifest["by"], manifest["as_format"]
    under = beneath(format_)
    yield Line("Is anything missing", _completeness(manifest))
    yield Line("What was searched for", f"{manifest['query']}{_filters(manifest)}")
    yield Line("By whom", f"{by['login']}, {by['role']}" + (f"; purpose given: {by['why']}" if by["why"] else ""))
    yield Line("When it was handed out", f"{exported.at}, recorded as event {exported.event} of the archive")
    yield Line("In what", f"all {manifest['position']} events up to event {manifest['position']}")
    yield Line("Time zone of dates in the search", manifest["zone"])
    yield Line("What was found", f"{manifest['matched']} events matched")
    yield Line(
        "What is in here",
        f"{counts['items']} items: {counts['hit']} found, {counts['family']} that belong to what was found, "
        f"{counts['context']} around it (context, not found)",
    )
    yield Line(
        "What is not shown",
        f"{counts['withheld']} items and {counts['parts_withheld']} parts of items are withheld, listed with the "
        f"reason in {under}withheld.csv; {counts['erased']} items were erased and {counts['unreadable']} could not "
        f"be read, listed in {under}errors.csv",
    )
    if numbers := manifest["numbers"]:
        yield Line("Numbers", f"{numbers['first']} to {numbers['last']}; families stand together")
    yield Line("Where the items are", _FORMS[format_] + (_images(manifest) if format_ == "loadfile" else ""))
    if manifest["unsearched"]:
        named = ", ".join(f"{count} {reason}" for reason, count in manifest["unsearched"].items())
        yield Line("Attachments in the archive whose text could not be searched, or not all of it", named)
    yield Line(
        "How to check it",
        "onrecord verify --production FOLDER --log-key KEY, with the key of the log from another way than this "
        f"folder. {NOTE} is signed by the log and names the SHA-256 of {MANIFEST}; that lists every file with its "
        "SHA-256 and every item with its evidence. "
        f"{under}evidence/ and {EXPORT} are bundles that the offline verifier checks without "
        "anything installed.",
    )
    yield Line(f"SHA-256 of {MANIFEST}", exported.digest)


def _images(manifest: dict[str, Any]) -> str:
    if manifest["images"]:
        return "; production.opt lists the pages of each item, PDFs of one page in IMAGES/, each with its number"
    return "; no images of pages were made, so there is no OPT"


def _completeness(manifest: dict[str, Any]) -> str:
    if manifest["complete"]:
        return (
            f"Nothing is missing: every event up to event {manifest['position']} was searched, and every one that "
            "matched is in here or is listed with the reason why it is not shown. Words that were erased "
            "before cannot be searched by anybody."
        )
    return "NOT COMPLETE. " + " ".join(manifest["faults"])


def _filters(manifest: dict[str, Any]) -> str:
    told = [f"only those with the {name} {value}" for name, value in sorted(manifest["filters"].items())]
    return f" ({', '.join(told)})" if told else ""
