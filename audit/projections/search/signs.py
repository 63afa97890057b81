"""Signs in a query that mean something to Whoosh or to people which we do not do, each with its remedy."""

from __future__ import annotations

import re
from typing import Final

SIGNS: Final = (
    (re.compile('"'), "This quotation mark has no partner: close it"),
    (re.compile("[“”„«»‟「」『』]"), 'Quote with straight quotation marks: "…"'),
    (re.compile(r"^'"), 'Quote with double quotation marks: "…"'),
    (
        re.compile("^[-\u2010-\u2015\u2212]"),
        "To leave out what has a word, write NOT before it, to seek the sign quote it",
    ),
    (re.compile(r"^\+(?!\d)"), "Every word is required anyway: leave out the plus"),
    (
        re.compile("^[?]|[?]$|[\u055e\u061f\u1367]"),
        "A question mark stands for one letter inside a word: quote the words around it, or leave it out",
    ),
    (re.compile(r"^\*+$"), "An asterisk alone would be every word: write some letters of it, as in refund*"),
    (re.compile(r"~(?![12]?$)|^~"), "After a word stands ~ for one edit or ~2 for two, as in refnd~"),
    (re.compile(r"\^"), "Words cannot be weighted: leave out the ^"),
    (re.compile(r"[\[\]{}]"), "Square and curly brackets are for dates and amounts, as in at:[2026-01 to 2026-03]"),
    (re.compile("^[<>]"), "More and less are for dates and amounts, as in amount:>50, or quote the sign"),
)
