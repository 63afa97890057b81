"""Identifiers, phone numbers, addresses and amounts are found whole, in any spelling, and not in part."""

from __future__ import annotations

from itertools import permutations

import pytest

from audit.language.analysis import Alternatives, analyse, bare_word, marks


def holds(text: str, term: Alternatives) -> bool:
    """Evaluate a bare word over a text the slow and plain way."""
    stored = analyse(text)
    return (
        not set(term.exact).isdisjoint(stored.exact)
        or not set(term.stems).isdisjoint(stored.stems)
        or not set(term.identifiers).isdisjoint(stored.identifiers)
        or any(stands_in(sequence, stored.exact) for sequence in term.phrases)
    )


def stands_in(sequence: tuple[str, ...], exact: list[str]) -> bool:
    return any(tuple(exact[at : at + len(sequence)]) == sequence for at in range(len(exact)))


SPELLINGS = [
    ["ORD-2024/00123", "ord202400123", "ORD_2024-00123", "Ord.2024.00123"],
    ["+37061234567", "+370-612-34567", "861234567", "8-612-34567", "(8)61234567", "0037061234567", "061234567"],
    ["+359888123456", "0888123456", "0888-123-456"],
    ["+79123456789", "89123456789", "8(912)345-67-89"],
    ["+8613812345678", "13812345678", "138-1234-5678"],
    ["1,000.50", "1.000,50", "1000.50", "1000,5", "$1,000.50"],
    ["100", "100.00", "100,00", "€100"],
    ["12,500", "12.500", "12500"],
    ["Jonas.Petraitis@Example.LT", "jonas.petraitis@example.lt"],
    ["https://example.com/pay?id=7", "http://www.example.com/pay?id=7", "HTTPS://EXAMPLE.COM/pay?id=7"],
    ["e-mail", "email", "E‑mail"],
    ["LT121000011101001000", "lt12-1000-0111-0100-1000"],
    ["2026-03-01", "2026/03/01", "2026.03.01"],
]


@pytest.mark.parametrize("spellings", SPELLINGS, ids=lambda spellings: spellings[0])
def test_every_spelling_finds_every_other(spellings: list[str]) -> None:
    missed = [
        (sought, written)
        for sought, written in permutations(spellings, 2)
        if not holds(f"x {written} y.", bare_word(sought))
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Call +370 612 34567 or +370 (612) 99999.", "861234567"),
        ("Call +370 612 34567 or +370 (612) 99999.", "+37061299999"),
        ("tel.: 8 612 34567, 12 units", "+37061234567"),
        ("tel:+37061234567", "861234567"),
        ("电话13812345678。", "+8613812345678"),
        ("邮箱john@x.com退款", "JOHN@X.COM"),
        ("Nr.ORD-7/1 was paid", "ORD-7/1"),
        ("id=ORD-7/1", "ord71"),
        ("#ORD-7/1", "#ord-7/1"),
        ("see ORD-7/1.Thanks", "ORD-7/1"),
        ("ORD 2024 00123", "ORD-2024/00123"),
        ("IBAN LT12 1000 0111 0100 1000", "LT121000011101001000"),
        ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
        ("1 000,50 €", "1000.50"),
        ("1\u00a0000 Eur", "1000"),
        ("１００元", "100"),
        ("(https://example.com/a/b).", "example.com/a/b"),
        ("code ORD-2024/00123", "00123"),
        ("Mr O'Brien", "obrien"),
        ("you can’t", "cant"),
        ("we'll do it", "we'll"),
        ("paid at www.shop24.lt/pay today", "shop24.lt/pay"),
        ("№ 55", "№55"),
        ("+7 912 345 67 89", "8(912)345-67-89"),
        ("S/N:AB12CD34EF56", "AB12-CD34-EF56"),
        ("+1 (415) 555-2671", "4155552671"),
    ],
)
def test_it_is_found_in_running_text(text: str, sought: str) -> None:
    assert holds(text, bare_word(sought))


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("ORD-2024/00123", "ORD-2024"),
        ("ORD-2024/00123", "2024/00123"),
        ("ORD-2024/00123", "ORD-2024/001234"),
        ("X-ORD-2024/00123", "ORD-2024/00123"),
        ("+37061234567", "+37161234567"),
        ("+37061234567", "+3706123456"),
        ("+371 612 34567", "+370 612 34567"),
        ("1000.50", "100050"),
        ("12.50", "1250"),
        ("at 10:00", "1000"),
        ("10.00 EUR", "1000"),
        ("john.smith@x.com", "johnsmith@x.com"),
        ("john@x.com", "john@x.co"),
        ("can not", "can't"),
        ("I'll do it", "ill"),
        ("we'll do it", "well"),
        ("he’ll do it", "hell"),
        ("at 10 a.m. sharp", "am"),
        ("at 10 a.m. sharp", "being"),
        ("and/or", "andor"),
    ],
)
def test_it_is_not_found_in_part_or_in_another(text: str, sought: str) -> None:
    assert not holds(text, bare_word(sought))


@pytest.mark.parametrize(
    ("text", "sought", "marked"),
    [
        ("Call +370 612 34567!", "861234567", ["370 612 34567"]),
        ("order ORD-2024/00123.", "ord202400123", ["ORD-2024/00123"]),
        ("ｐａｙ １，０００．５０ now", "1000.5", ["１，０００．５０"]),
        ("mail A.B@X.lt now", "a.b@x.lt", ["A.B@X.lt"]),
    ],
)
def test_the_whole_of_it_is_marked(text: str, sought: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in marks(text, [bare_word(sought)])] == marked


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "a.b", "A 1", "+", "(", "1,", "a-", "1.111", "@", "a@", "a@b.", "www.", "LT11 ", "ǂ", "退，"],
)
def test_no_text_makes_the_analysis_explode(piece: str) -> None:
    # Were the work or the result to grow with the square of the length, this would not end in a coffee break.
    stored = analyse(piece * 40_000)
    assert len(stored.exact) <= 80_000
    assert len(stored.identifiers) <= 160_000


@pytest.mark.parametrize("text", [each for spellings in SPELLINGS for each in spellings])
def test_a_line_in_another_script_changes_nothing_about_the_others(text: str) -> None:
    alone = analyse(f"Nr.{text}, wi-fi")
    beside = analyse(f"Nr.{text}, wi-fi\n\n网")
    assert beside.identifiers == alone.identifiers
    assert beside.exact == [*alone.exact, "网"]
