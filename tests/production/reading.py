"""Productions read again: by the readers of the standard library and of others, none of them ours."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lxml import etree  # type: ignore[import-untyped]  # it ships no types
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it ships no types
from pypdf import PdfReader

from audit.evidence.verifier.files import SCRIPT

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = ("ndjson", "eml", "vcon", "edrm", "loadfile", "csv", "bagit")


@dataclass(frozen=True)
class Read:
    """An item as a reader found it: its words, and the bytes of the file it is."""

    text: str
    content: bytes | None = None


def manifest_of(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_bytes())


def items_of(folder: Path) -> dict[str, Read]:
    """Return all items of a production by number, read in the way of its form."""
    read = {
        "ndjson": _ndjson, "bagit": _ndjson, "eml": _eml, "vcon": _vcon, "edrm": _edrm, "loadfile": _loadfile,
        "csv": _csv,
    }  # fmt: skip
    return read[manifest_of(folder)["as_format"]](folder)


def every_hash_is_right(folder: Path) -> int:
    """Compare every file with the manifest and with the list of sums, both ways; return how many files there are."""
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    sums = [line.split("  ", 1) for line in (folder / "SHA256SUMS").read_text().splitlines()]
    assert {path for _, path in sums} | {"SHA256SUMS", "tagmanifest-sha256.txt"} >= there
    for digest, path in sums:
        assert sha256((folder / path).read_bytes()).hexdigest() == digest
    for file in manifest_of(folder)["files"]:
        content = (folder / file["path"]).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    return len(there)


def proven_offline(folder: Path) -> dict[int, str]:
    """Check every bundle with the script that strangers use; return what it says of each event."""
    manifest = manifest_of(folder)
    said: dict[int, str] = {}
    for path in sorted({item["evidence"] for item in manifest["items"]} | {"export.json"}):
        ended = subprocess.run(  # noqa: S603  # our own verifier, as a stranger runs it
            [sys.executable, str(SCRIPT), str(folder / path), "--log-key", manifest["log_key"]],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        if path != "export.json":
            bundle = json.loads((folder / path).read_bytes())
            said |= {item["index"] + 1: json.dumps(item.get("open")) for item in bundle["items"]}
    return said


def _ndjson(folder: Path) -> dict[str, Read]:
    under = folder / "data" if (folder / "data").is_dir() else folder
    items = [json.loads(line) for line in (under / "items.ndjson").read_bytes().splitlines()]
    return {one["number"]: Read(one["text"], _file(folder, one.get("file"))) for one in items}


def _eml(folder: Path) -> dict[str, Read]:
    found: dict[str, Read] = {}
    for path in sorted(folder.glob("eml/*/*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        assert not [part for part in mail.walk() if part.defects]
        assert "Bcc" not in mail
        body = mail.get_body(("plain",))
        assert body is not None
        content = body.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[str(mail["X-OnRecord-Number"])] = Read(content.decode())
        for part in mail.iter_attachments():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            is_text = (part.get_filename() or "").startswith(str(part["X-OnRecord-Number"]))
            found[str(part["X-OnRecord-Number"])] = Read(payload.decode()) if is_text else Read("", payload)
    return found


def _vcon(folder: Path) -> dict[str, Read]:
    found: dict[str, Read] = {}
    for path in sorted(folder.glob("vcon/*/*.vcon.json")):
        vcon = json.loads(path.read_bytes())
        assert vcon["vcon"] == "0.4.0"
        told = json.loads(vcon["attachments"][-1]["body"])
        for one in told:
            if "dialog" in one:
                dialog = vcon["dialog"][one["dialog"]]
                assert 0 <= dialog["originator"] < len(vcon["parties"])
                found[one["number"]] = Read(dialog["body"])
            elif "attachment" in one:
                body = vcon["attachments"][one["attachment"]]["body"]
                found[one["number"]] = Read("", urlsafe_b64decode(body + "=" * (-len(body) % 4)))
            else:
                found[one["number"]] = Read("")
    return found


def _edrm(folder: Path) -> dict[str, Read]:
    root = etree.parse(folder / "production.xml", etree.XMLParser(resolve_entities=False)).getroot()
    assert (root.tag, root.get("MajorVersion"), root.get("MinorVersion")) == ("Root", "1", "2")
    found: dict[str, Read] = {}
    for document in root.iterfind("Batch/Documents/Document"):
        files = {file.get("FileType"): file.find("ExternalFile") for file in document.iterfind("Files/File")}
        contents = {
            kind: (folder / one.get("FilePath") / one.get("FileName")).read_bytes() for kind, one in files.items()
        }
        for kind, one in files.items():
            assert sha256(contents[kind]).hexdigest() == one.get("Hash")
            assert len(contents[kind]) == int(one.get("FileSize"))
        found[document.get("DocID")] = Read(contents["Text"].decode(), contents.get("Native"))
    for relation in root.iterfind("Batch/Relationships/Relationship"):
        assert {relation.get("ParentDocID"), relation.get("ChildDocID")} <= found.keys()
    return found


def _loadfile(folder: Path) -> dict[str, Read]:
    head, *lines = (folder / "production.dat").read_bytes().decode("utf-8-sig").removesuffix("\r\n").split("\r\n")
    names = [name.strip("\u00fe") for name in head.split("\u0014")]
    found: dict[str, Read] = {}
    for line in lines:
        values = line.split("\u0014")
        assert len(values) == len(names)
        assert all(value.startswith("\u00fe") and value.endswith("\u00fe") for value in values)
        row = dict(zip(names, (value[1:-1] for value in values), strict=True))
        text = (folder / row["TEXTPATH"].replace("\\", "/")).read_bytes().decode()
        native = row["NATIVEPATH"].replace("\\", "/")
        found[row["BEGBATES"]] = Read(text, _file(folder, native or None))
    _pages(folder, found)
    return found


def _pages(folder: Path, found: dict[str, Read]) -> None:
    """Check that the OPT lists every page once, in order, and that each is a document of one page with its number."""
    if not manifest_of(folder)["images"]:
        assert not (folder / "production.opt").exists()
        return
    lines = [line.split(",") for line in (folder / "production.opt").read_text().splitlines()]
    assert all(len(line) == 7 for line in lines)
    firsts = [place for place, line in enumerate(lines) if line[3] == "Y"]
    assert [lines[place][0] for place in firsts] == list(found)
    for first, after in pairwise([*firsts, len(lines)]):
        assert int(lines[first][6]) == after - first
        for key, _, path, *_ in lines[first:after]:
            assert key.startswith(lines[first][0])
            reader = PdfReader(folder / path.replace("\\", "/"))
            assert len(reader.pages) == 1
            assert lines[first][0] in reader.pages[0].extract_text()


def _csv(folder: Path) -> dict[str, Read]:
    with (folder / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    book = load_workbook(folder / "items.xlsx", read_only=True)
    sheet = list(book["items 1"].iter_rows())
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert [row[0].value for row in sheet[1:]] == [row["number"] for row in rows]
    book.close()
    return {row["number"]: Read(_back(row["text"]), _file(folder, row["file"] or None)) for row in rows}


def _back(value: str) -> str:
    return value.removeprefix("'")


def _file(folder: Path, path: str | None) -> bytes | None:
    if path is None:
        return None
    under = folder / path
    return under.read_bytes()
