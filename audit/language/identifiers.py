"""Order numbers, phone numbers, mail addresses, links and amounts: known whole, however they are written.

A whole is stored and sought as one key without separators. What a text stores is generous (a label may be glued to a
number, digits beside a phone number may or may not belong to it); what a search seeks is exactly what was typed.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from audit.language.folding import MARKER
from audit.language.phones import SHORTEST, phones, sought_phone
from audit.language.words import LETTER, RUN, UNSPACED, bounded, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audit.language.folding import Folded

Whole = tuple[str, int, int]
"""A key and its span in the folded text."""

_JOINTS = "-\u2010\u2011\u2012\u2013/\\\\_.:#&\u00b7+=|"
_HYPHEN = re.compile("[-\u2010\u2011_'\u2019]")
_PARTING = re.compile(r"[:=#|]|(?<=[^\W\d_])\.|\.(?=[^\W\d_])")
_DIGIT = re.compile(r"\d")
_SPACED_DIGITS = re.compile(r"[^\W_] \d")


class _Patterns(NamedTuple):
    """What wholes look like. Every pattern begins where a run of letters begins and never gives back what it took."""

    mail: re.Pattern[str]
    link: re.Pattern[str]
    compound: re.Pattern[str]
    hyphenated: re.Pattern[str]
    capitals: re.Pattern[str]
    account: re.Pattern[str]
    number: re.Pattern[str]
    joined: re.Pattern[str]


def _patterns(letter: str, run: str, unspaced: str) -> _Patterns:
    """Return the patterns for texts whose letters are these; no text makes them slow."""
    start = f"(?<!{letter})"
    in_mail = f"[^\\W{unspaced}.]"
    return _Patterns(
        mail=re.compile(
            f"(?<![^\\W{unspaced}])({letter}(?>(?:{in_mail}|[.+%-])*))@"
            f"({letter}(?>(?:{letter}|-)*)(?>(?:\\.(?>(?:{letter}|-)+))+))"
        ),
        link=re.compile(f"(?:https?://|www\\.)[^\\s<>\"'{unspaced}]+"),
        compound=re.compile(f"{start}{run}(?>(?:[{_JOINTS}]{run})+)"),
        # One word to the reader, joined or not: wi-fi, can't, O'Brien; but not he'll, which joined is another word.
        hyphenated=re.compile(
            f"{start}(?:{run}(?>(?:[-\u2010\u2011_]{run})+)|{run}(?<=n)['\u2019]t(?!{letter})"
            f"|[od]['\u2019](?>{letter}{{3,}}))"
        ),
        capitals=re.compile(
            f"{start}(?<!{letter}[{_JOINTS}])[^\\W\\d_{unspaced}]{{1,5}}\\d*+(?: \\d++(?>(?:[/-]\\d++)*)){{1,8}}"
        ),
        account=re.compile(f"{start}[a-z]{{2}}\\d\\d(?: [a-z0-9]{{4}}){{3,7}}(?: [a-z0-9]{{1,3}})?(?!{letter})"),
        number=re.compile(
            f"{start}(?<!\\d[.,])"
            "(?:\\d{1,3}(?:([ ,.'\u2019])\\d{3})(?>(?:\\1\\d{3})*)(?:(?!\\1)[.,]\\d{1,2})?|\\d++[.,]\\d++)"
            "(?!\\d|[.,]\\d)"
        ),
        joined=re.compile(f"(?<={letter})[{_JOINTS}'\u2019]{letter}|://"),
    )


_ANY: Final = _patterns(LETTER, RUN, UNSPACED)
_PLAIN: Final = _patterns("[^\\W_]", "(?>[^\\W_]+)", "")
"""The same for texts that are plain: there they find the same, in a third of the time."""
_END_OF_SENTENCE = ".,;:!?)]}»\u201d'\""
_THOUSANDS = 3
_FEWEST_DIGITS = 6


def wholes(folded: Folded, original: str) -> list[Whole]:
    """Return every key under which a text is found whole, with the span of what is written there."""
    text = folded.text
    patterns = _PLAIN if is_plain(text) else _ANY
    found: list[Whole] = []
    if patterns.joined.search(text) is not None:
        found += [*_mails(text, patterns), *_links(text, patterns), *_compounds(text, patterns)]
    digits = len(_DIGIT.findall(text))
    if digits:
        found += [*(phones(text) if digits >= SHORTEST else ()), *_numbers(text, patterns)]
        if _SPACED_DIGITS.search(text) is not None:
            found += _capitals(folded, original, patterns)
        found += _accounts(text, patterns)
    if not found:
        return []
    return [(bounded(key), start, end) for key, start, end in dict.fromkeys(found)]


def sought_wholes(text: str) -> tuple[str, ...]:
    """Return the keys of one folded word that is sought whole: a text matches if it holds any of them."""
    if mail := _ANY.mail.fullmatch(text):
        keys = [_mail_key(mail.group())]
    elif _ANY.number.fullmatch(text):
        keys = [_amount_key(text), *sought_phone(text)]
    elif _ANY.link.fullmatch(text):
        keys = [_link_key(text)]
    elif _DIGIT.search(text):
        keys = [*_plain_amount(text), *sought_phone(text), _compound_key(text), *_dotted(text)]
    else:
        keys = [joined(text)] if _ANY.hyphenated.fullmatch(text) else _dotted(text)
    return tuple(bounded(key) for key in dict.fromkeys(keys))


def sought_integer(text: str) -> str | None:
    """Return the digits of an amount that has no cents: 100.00 is also written 100."""
    key = _amount_key(text).removeprefix("num") if _ANY.number.fullmatch(text) else ""
    return key if key.isdigit() else None


def _compound_key(text: str) -> str:
    """Return the key of a run of parts. Short digits and amounts keep their parts: 10:00 and 10.00 are not 1000."""
    key = joined(text)
    if key.isdigit() and (len(key) < _FEWEST_DIGITS or _ANY.number.fullmatch(text)):
        return MARKER.join(re.findall(r"\d+", text))
    return key


def joined(text: str) -> str:
    """Return the letters and digits of a folded text without what parts them."""
    return "".join(re.findall(RUN, text))


def _mails(text: str, patterns: _Patterns) -> Iterator[Whole]:
    if "@" in text:
        for match in patterns.mail.finditer(text):
            yield _mail_key(match.group()), match.start(), match.end()


def _mail_key(mail: str) -> str:
    # In an address a dot decides whose it is: separators are spelled out, not left out.
    return "mail" + re.sub(r"[\W_]", lambda sign: f"{MARKER}{ord(sign.group()):x}{MARKER}", mail)


def _links(text: str, patterns: _Patterns) -> Iterator[Whole]:
    if "://" not in text and "www." not in text:
        return
    for match in patterns.link.finditer(text):
        link = match.group().rstrip(_END_OF_SENTENCE)
        yield _link_key(link), match.start(), match.start() + len(link)


def _link_key(link: str) -> str:
    return f"link{MARKER}" + joined(re.sub(r"^(?:https?://)?(?:www\.)?", "", link))


def _dotted(text: str) -> list[str]:
    """Return the key of a link without its scheme, if the text looks like one."""
    return [_link_key(text)] if re.search(r"\.[^\W\d_]", text) else []


def _compounds(text: str, patterns: _Patterns) -> Iterator[Whole]:
    for match in patterns.compound.finditer(text):
        compound, start = match.group(), match.start()
        for begin, end in [(0, len(compound)), *_without_labels(compound)]:
            piece = compound[begin:end]
            keys = [_compound_key(piece)] if _DIGIT.search(piece) else []
            yield from ((key, start + begin, start + end) for key in keys + _dotted(piece))
    yield from _words_in_parts(text, patterns)


def words_in_parts(folded: Folded) -> list[Whole]:
    """Return those of ``wholes`` alone that are words: wi-fi, don't. Nothing else has a key of letters only."""
    if _HYPHEN.search(folded.text) is None:
        return []
    found = _words_in_parts(folded.text, _PLAIN if is_plain(folded.text) else _ANY)
    return [(bounded(key), start, end) for key, start, end in dict.fromkeys(found)]


def _words_in_parts(text: str, patterns: _Patterns) -> Iterator[Whole]:
    if _HYPHEN.search(text) is None:
        return
    for match in patterns.hyphenated.finditer(text):
        if is_word(word := joined(match.group())):
            yield word, match.start(), match.end()


def _without_labels(compound: str) -> list[tuple[int, int]]:
    """Return the spans of a compound that may be the identifier itself: „Nr.ORD-7“ and „id=ORD-7“ hold ``ORD-7``."""
    cuts = [match.start() for match in _PARTING.finditer(compound)]
    if not cuts:
        return []
    bounds = [-1, *cuts, len(compound)]
    spans = [(before + 1, after) for before, after in pairwise(bounds)]
    return [(begin, end) for begin, end in spans if _ANY.compound.fullmatch(compound, begin, end)]


def _numbers(text: str, patterns: _Patterns) -> Iterator[Whole]:
    for match in patterns.number.finditer(text):
        yield _amount_key(match.group()), match.start(), match.end()


def is_word(key: str) -> bool:
    """Say whether a key is a word joined from its parts, which has forms like any other."""
    return key.isalpha() and MARKER not in key


def _plain_amount(text: str) -> list[str]:
    return [_amount_key(text)] if text.isdigit() and not text.startswith("0") else []


def _amount_key(number: str) -> str:
    """Return the key of an amount: 1,000.50 and 1 000,5 are one; three digits after a lone sign are thousands."""
    groups = re.split(r"\D", number)
    signs = re.findall(r"\D", number)
    whole, fraction = "".join(groups), ""
    is_fraction = len(groups[-1]) != _THOUSANDS or len(groups[0]) > _THOUSANDS
    if signs and is_fraction:
        whole, fraction = "".join(groups[:-1]), groups[-1].rstrip("0")
    return f"num{whole.lstrip('0') or '0'}" + (f"d{fraction}" if fraction else "")


def _capitals(folded: Folded, original: str, patterns: _Patterns) -> Iterator[Whole]:
    """Yield identifiers written with spaces, as in ORD 2024 00123: capitals, then groups of digits."""
    for match in patterns.capitals.finditer(folded.text):
        start = match.start()
        first, _ = folded.span(start, start + 1)
        if not original[first].isupper():
            continue
        for end in [group.end() for group in re.finditer(r" [\d/-]+", match.group())]:
            yield joined(match.group()[:end]), start, start + end


def _accounts(text: str, patterns: _Patterns) -> Iterator[Whole]:
    for match in patterns.account.finditer(text):
        yield joined(match.group()), match.start(), match.end()
