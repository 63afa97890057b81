"""The record on paper: what a reader, a printer and an archive need of the file."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pikepdf
import pytest

from audit.domain.customer import CustomerNamed
from audit.domain.event import Personal
from audit.reports.customer_record import compile_record
from audit.reports.edition import Edition
from audit.reports.fonts import Fonts, PaperUnavailable
from audit.reports.model import Audience
from audit.reports.page import page, ranges
from audit.reports.pdf import Attached, Rendered, render
from audit.reports.press import Limits, RecordTooLarge
from audit.reports.wording import LANGUAGES, wording
from tests.reports.given import STAFF, Story, a_whole_story, lines_in_five_languages, scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ODD = {
    "hebrew": "שלום, הנתב מתנתק כל לילה",
    "arabic": "مرحبا، الجهاز يتوقف",
    "nul": "before\0after",
    "bidi": "photo\u202egpj.exe",
    "emoji": "thanks 😀 and 👍",
    "long": "W" * 1500,
    "marks after a frame": "\u0487\u0488\u0489" + "абвгдежзиклмнопрст" * 12,
    "one endless letter": "".join(map(chr, range(0x1100, 0x1200))),
    "signs": "".join(map(chr, range(0x1B00, 0x1C00))),
    "markup": '<script>alert(1)</script><img src="file:///etc/hostname">&amp;',
}


def printed(story: Story, audience: Audience = Audience.CUSTOMER, language: str = "en") -> Rendered:
    return render(compile_record(story.records, scope(story, audience, language), staff=STAFF))


def text_of(pdf: bytes, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)  # noqa: S603, S607  # poppler, found on the path
    return done.stdout.decode()


def unbroken(text: str) -> str:
    return re.sub(r"\s+", "", text)


def an_odd_story() -> Story:
    story = a_whole_story()
    for text in ODD.values():
        story.say(text)
    story.say("\n".join(f"line {number} of the log" for number in range(1000)))
    story.erase(story.say("ERASED-WORDS"))
    return story


@pytest.fixture(scope="module", params=LANGUAGES)
def paper(request: pytest.FixtureRequest) -> tuple[str, Rendered]:
    """The whole story on paper, once in each language."""
    return request.param, printed(a_whole_story(), language=request.param)


@pytest.fixture(scope="module")
def internal() -> Rendered:
    """The whole story for our own people."""
    return printed(a_whole_story(), Audience.INTERNAL)


@pytest.fixture(scope="module")
def odd() -> Rendered:
    """The whole story with everything odd people write."""
    return printed(an_odd_story())


@pytest.fixture(scope="module")
def archival() -> Iterator[pikepdf.Pdf]:
    """A document with an attachment, opened."""
    story = a_whole_story()
    attached = Attached("events.json", "Machine-readable evidence", b'{"events": []}')
    rendered = render(compile_record(story.records, scope(story), staff=STAFF), attachments=[attached])
    with pikepdf.open(io.BytesIO(rendered.pdf)) as pdf:
        yield pdf


# -- reading it --


def test_words_in_every_language_come_out_as_they_went_in(paper: tuple[str, Rendered]) -> None:
    text = unbroken(text_of(paper[1].pdf))
    assert all(unbroken(line) in text for line in lines_in_five_languages().values())


def test_the_fixed_phrases_are_in_the_language_of_the_paper(paper: tuple[str, Rendered]) -> None:
    language, rendered = paper
    text = unbroken(text_of(rendered.pdf))
    phrases = wording(language)
    assert unbroken(phrases.say("complete", position=33, part=9)) in text
    assert unbroken(phrases.say("read_customer", part=9)) in text
    assert unbroken(phrases.say("page_of", page=1, pages=rendered.pages)) in text


def test_the_contents_name_the_right_pages(paper: tuple[str, Rendered]) -> None:
    pages = text_of(paper[1].pdf, "-layout").split("\f")
    contents = next(page for page in pages if page.count(". . . .") > 5)
    named = re.findall(r"^\s*(\d+(?:\.\d)?) (\S+).*?(?:\. )+\.? *(\d+)$", contents, re.MULTILINE)
    assert [number for number, _, _ in named if "." not in number] == [str(number) for number in range(1, 11)]
    for number, word, at in named:
        heading = re.compile(rf"^ *{re.escape(number)} {re.escape(word)}", re.MULTILINE)
        assert heading.search(pages[int(at) - 1]), (number, word, at)


def test_the_pages_are_counted(paper: tuple[str, Rendered]) -> None:
    with pikepdf.open(io.BytesIO(paper[1].pdf)) as pdf:
        assert len(pdf.pages) == paper[1].pages
        assert all(page.mediabox[2:] == pdf.pages[0].mediabox[2:] for page in pdf.pages)


def test_nothing_internal_is_in_the_customers_copy(paper: tuple[str, Rendered]) -> None:
    assert "INTERNAL" not in text_of(paper[1].pdf)
    with pikepdf.open(io.BytesIO(paper[1].pdf)) as pdf:
        assert b"INTERNAL" not in pdf.Root.Metadata.read_bytes()
        assert not any("INTERNAL" in repr(one) for one in pdf.objects)


def test_our_own_copy_holds_the_notes(internal: Rendered) -> None:
    text = text_of(internal.pdf)
    assert text.count("INTERNAL-NOTE") == 5
    assert "not meant to leave the company" in text


def test_every_event_that_is_shown_is_on_paper_with_its_number(odd: Rendered) -> None:
    story = an_odd_story()
    record = compile_record(story.records, scope(story), staff=STAFF)
    text = text_of(odd.pdf)
    hidden = {number for one in (*record.withheld, *record.counted) for number in one.numbers}
    printed_numbers = {int(number) for number in re.findall(r"No\. (\d+)\b", text)}
    assert printed_numbers == set(range(1, len(story.records) + 1)) - hidden


# -- odd words --


def test_what_cannot_be_printed_stands_as_its_number(odd: Rendered) -> None:
    text = unbroken(text_of(odd.pdf))
    assert "before[U+0000]after" in text
    assert "photo[U+202E]gpj.exe" in text
    assert "thanks[U+1F600]and" in text
    assert "U+0000×1" in text


def test_long_words_markup_and_long_messages_lose_nothing(odd: Rendered) -> None:
    text = text_of(odd.pdf)
    assert ODD["long"] in unbroken(text)
    assert unbroken(ODD["markup"]) in unbroken(text)
    assert re.findall(r"^line (\d+) of the log$", text, re.MULTILINE) == [str(number) for number in range(1000)]


def test_nothing_is_set_outside_the_margins(odd: Rendered) -> None:
    boxes = text_of(odd.pdf, "-bbox")
    right = [float(edge) for edge in re.findall(r'<word xMin="[\d.]+" yMin="[\d.]+" xMax="([\d.]+)"', boxes)]
    assert max(right) < 595 - 45


def test_right_to_left_words_are_there_letter_for_letter(odd: Rendered) -> None:
    letters = set(text_of(odd.pdf))
    assert {letter for letter in ODD["hebrew"] + ODD["arabic"] if letter.isalpha()} <= letters


def test_erased_words_say_so_in_their_place(odd: Rendered) -> None:
    text = text_of(odd.pdf)
    assert "ERASED-WORDS" not in text
    assert "The words were erased." in text


def test_the_cover_says_what_is_not_as_it_should_be() -> None:
    story = Story()
    story.say("hello")
    story.damage()
    cover = " ".join(text_of(printed(story, language="de").pdf, "-l", "1").split())
    assert "This record is NOT complete" in cover
    assert "not available in the language asked for (de)" in cover


# -- the file --


def test_the_same_record_gives_the_same_bytes(internal: Rendered) -> None:
    assert printed(a_whole_story(), Audience.INTERNAL) == internal
    assert internal.sha256 == hashlib.sha256(internal.pdf).hexdigest()
    assert internal.pdf.startswith(b"%PDF-1.7")


def test_every_font_is_embedded_and_ours(odd: Rendered) -> None:
    done = subprocess.run(["pdffonts", "-"], input=odd.pdf, capture_output=True, check=True)  # noqa: S607  # poppler, found on the path
    fonts = [line.split() for line in done.stdout.decode().splitlines()[2:]]
    assert len(fonts) > 4
    assert all("Noto" in font[0] and font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


def test_it_says_it_is_archival_and_accessible(archival: pikepdf.Pdf) -> None:
    metadata = archival.Root.Metadata.read_bytes().decode()
    assert metadata.count("<rdf:RDF") == 1
    assert ET.fromstring(metadata).tag == "{adobe:ns:meta/}xmpmeta"  # noqa: S314  # our own text
    for expected in (
        'pdfaid:part="3"',
        'pdfaid:conformance="A"',
        "<pdfuaid:part>1</pdfuaid:part>",
        "pdfaSchema:prefix",
    ):
        assert expected in metadata
    assert archival.Root.MarkInfo.Marked
    assert str(archival.Root.Lang) == "en"
    assert archival.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert "/ID" in archival.trailer


def test_its_only_date_is_that_of_the_position(archival: pikepdf.Pdf) -> None:
    assert str(archival.docinfo["/CreationDate"]) == str(archival.docinfo["/ModDate"]) == "D:20260302083000+00'00"


def test_an_attachment_is_named_once_and_whole(archival: pikepdf.Pdf) -> None:
    assert len(archival.Root.AF) == 2
    assert archival.attachments["events.json"].get_file().read_bytes() == b'{"events": []}'


def test_words_carry_their_language(archival: pikepdf.Pdf) -> None:
    spoken = {str(one.Lang) for one in elements(archival.Root.StructTreeRoot) if "/Lang" in one}
    assert {"lt", "bg", "ru", "zh"} <= spoken


def test_headings_do_not_skip_a_level(archival: pikepdf.Pdf) -> None:
    levels = [
        int(str(one.S)[2:]) for one in elements(archival.Root.StructTreeRoot) if re.fullmatch(r"/H\d", str(one.S))
    ]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def elements(element: Any) -> Iterator[Any]:
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def test_the_parts_are_bookmarked(archival: pikepdf.Pdf) -> None:
    with archival.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert "3 Overview" in titles
    assert "10 Annex" in titles


# -- what goes wrong --


def test_a_record_that_takes_too_long_is_refused_with_a_remedy() -> None:
    story = a_whole_story()
    with pytest.raises(RecordTooLarge, match="--from and --to"):
        render(compile_record(story.records, scope(story)), limits=Limits(wall_seconds=0.01))


def test_a_record_that_takes_too_much_memory_is_refused_with_a_remedy() -> None:
    story = a_whole_story()
    with pytest.raises(RecordTooLarge, match="--from and --to"):
        render(compile_record(story.records, scope(story)), limits=Limits(memory_bytes=100 << 20))


def test_without_fonts_nothing_is_printed(tmp_path: Path) -> None:
    story = a_whole_story()
    with pytest.raises(PaperUnavailable, match="apt-get install"):
        render(compile_record(story.records, scope(story)), fonts=Fonts((tmp_path,)))


@dataclass(frozen=True)
class Boastful(Fonts):
    """Fonts that claim to have every character."""

    def cover(self, code_point: int) -> bool:
        return code_point >= 0


def test_a_character_the_engine_does_not_find_after_all_is_framed() -> None:
    story = Story()
    story.say("rare \U0002a6a5 and 😀")
    rendered = render(compile_record(story.records, scope(story)), fonts=Boastful())
    assert "rare[U+2A6A5]and[U+1F600]" in unbroken(text_of(rendered.pdf))


def test_a_character_is_counted_once_however_often_its_words_are_repeated() -> None:
    story = Story()
    story.tell(CustomerNamed(name=Personal("Ona\0")), item=("customer", "name"))
    html = page(compile_record(story.records, scope(story)), Fonts(), frozenset(), Edition())
    assert html.count("[U+0000]") > 3
    assert "U+0000 × 1" in html


def test_numbers_in_a_row_are_drawn_together() -> None:
    assert ranges([1, 2, 4, 5, 6, 9]) == "1, 2, 4–6, 9"
    assert ranges([]) == ""
