"""The checks of an archival, accessible file, on the copy for each audience in each language.

No independent validator is at hand (veraPDF is no package of Debian, PyPI or npm): these guard our own output alone.
"""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from audit.bootstrap.recording import Signers
from audit.reports.fonts import Fonts
from audit.reports.model import Audience
from audit.reports.printable import Printer
from audit.reports.wording import LANGUAGES, wording
from tests.reports.archives import SECRET, archive, paper
from tests.reports.test_pdf import elements, text_of, unbroken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.bootstrap.house import House
    from audit.bootstrap.recording import Paper

ALL = list(product(Audience, LANGUAGES))
QUICK = [(Audience.CUSTOMER, "zh"), (Audience.INTERNAL, "lt"), (Audience.REGULATOR, "ru")]
COPIES = [pytest.param(one, marks=() if one in QUICK else pytest.mark.long) for one in ALL]
PAINTING = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with archive(tmp_path_factory.mktemp("archive") / "data") as opened:
        yield opened


@pytest.fixture(scope="module", params=COPIES, ids=lambda one: f"{one[0]}-{one[1]}")
def copy(request: pytest.FixtureRequest, house: House) -> tuple[Audience, str, Paper]:
    audience, language = request.param
    return audience, language, paper(house, Signers(), audience=audience, language=language)


@pytest.fixture
def pdf(copy: tuple[Audience, str, Paper]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(copy[2].content)) as opened:
        yield opened


def test_the_file_is_archival(pdf: pikepdf.Pdf, copy: tuple[Audience, str, Paper]) -> None:
    content = copy[2].content
    assert content.startswith(b"%PDF-1.7\n%")
    assert min(content[10:14]) > 127
    assert "/ID" in pdf.trailer
    assert "/Encrypt" not in pdf.trailer
    (intent,) = pdf.Root.OutputIntents
    assert str(intent.S) == "/GTS_PDFA1"
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
    xmp = pdf.Root.Metadata.read_bytes().decode()
    assert xmp.count("<rdf:RDF") == 1
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert str(pdf.docinfo["/Title"]) in xmp.replace("&amp;", "&")
    assert str(pdf.docinfo["/Producer"]) in xmp
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream):
            assert not re.search("LZWDecode|Crypt", repr(one.get("/Filter")))
            assert "/F" not in one
            assert not one.get("/Interpolate", False)


def test_every_font_is_embedded_and_can_be_read_back(pdf: pikepdf.Pdf) -> None:
    fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
    assert fonts
    for font in fonts:
        if font.Subtype == "/Type0":
            assert "/ToUnicode" in font
        else:
            assert {"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys())
            assert "Noto" in str(font.BaseFont)


def test_everything_painted_is_tagged(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        depth = 0
        for one in pikepdf.parse_content_stream(page):
            name = str(one.operator)
            depth += (name in {"BDC", "BMC"}) - (name == "EMC")
            assert name not in PAINTING or depth, (page.index, name)
        assert str(page.get("/Tabs", "/S")) == "/S"


def test_the_tags_are_as_a_reader_needs_them(pdf: pikepdf.Pdf, copy: tuple[Audience, str, Paper]) -> None:
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.Root.Lang) == copy[1]
    tagged = list(elements(pdf.Root.StructTreeRoot))
    levels = [int(str(one.S)[2:]) for one in tagged if re.fullmatch(r"/H\d", str(one.S))]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    figures = [one for one in tagged if one.S == "/Figure"]
    assert len(figures) == 2, "the QR code and the drawing"
    assert all(str(one.Alt) for one in figures)
    assert all("/ID" in one for one in tagged if one.S == "/TH")
    assert "lt" in {str(one.Lang) for one in tagged if "/Lang" in one}
    for page in pdf.pages:
        for one in page.get("/Annots", []):
            assert int(one.get("/F", 4)) & 0b100
            assert not int(one.get("/F", 4)) & 0b100010
            assert one.Subtype != "/Link" or "/Contents" in one


def test_each_file_goes_with_it_once(pdf: pikepdf.Pdf, copy: tuple[Audience, str, Paper]) -> None:
    assert len(pdf.Root.AF) == len({one.objgen for one in pdf.Root.AF}) == 2
    for one in pdf.Root.AF:
        assert str(one.AFRelationship) == "/Data"
        assert str(one.F) == str(one.UF) in {"evidence.json", "record.json"}
        assert str(one.EF.F.Subtype) == "/application/json"
        assert "/ModDate" in one.EF.F.Params
    assert pdf.attachments["evidence.json"].get_file().read_bytes() == copy[2].evidence


def test_the_pages_say_what_the_events_say(copy: tuple[Audience, str, Paper]) -> None:
    audience, language, printed = copy
    text = unbroken(text_of(printed.content))
    printer = Printer(Fonts().cover)
    for item in json.loads(printed.evidence)["items"]:
        for part in ("text", "subject"):
            if said := item.get("open", {}).get(part):
                assert unbroken(printer.line(said["value"]).striptags()) in text
    phrases = wording(language)
    counted = phrases.code("paper", "counted").format(count="\0").partition("\0")[2]
    assert unbroken(counted) in text
    assert (SECRET in text) is (audience is not Audience.CUSTOMER)


def test_nothing_withheld_is_anywhere_in_the_customers_file(
    pdf: pikepdf.Pdf, copy: tuple[Audience, str, Paper], house: House
) -> None:
    if copy[0] is not Audience.CUSTOMER:
        pytest.skip("the other copies hold it")
    internal = json.loads(paper(house, audience=Audience.INTERNAL).evidence)
    hidden = [item["open"] for item in internal["items"] if SECRET in json.dumps(item.get("open", {}))]
    salts = [part["salt"] for parts in hidden for part in parts.values() if SECRET in part["value"]]
    assert len(salts) >= 2
    unwanted = [SECRET.encode(), SECRET.encode("utf-16-be"), *(salt.encode() for salt in salts)]
    everything = [copy[2].content, *(one for stream in streams(pdf) for one in stream)]
    for content in everything:
        assert not any(one in content for one in unwanted)


def streams(pdf: pikepdf.Pdf) -> Iterator[tuple[bytes, bytes]]:
    """Yield every object of the file: its stream without compression, and what else stands in it."""
    for one in pdf.objects:
        content: Any = one.read_bytes() if isinstance(one, pikepdf.Stream) else b""
        yield bytes(content), repr(one).encode()
