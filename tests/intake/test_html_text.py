from __future__ import annotations

import pytest

from audit.intake.html_text import html_text


def test_tags_go_and_words_stay_on_their_lines() -> None:
    page = "<html><head><title>T</title></head><body><p>One &amp; two</p><p>three<br>four</p></body></html>"
    assert html_text(page) == "One & two\n\nthree\nfour"


def test_scripts_and_styles_are_not_read() -> None:
    assert html_text("<style>p{}</style>a<script>alert(1)</script>b") == "ab"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<head><title>x<body>words", "words"),
        ("words <!-- never closed", "words <!-- never closed"),
        ("<![foo]>x", "x"),
        ("a < b & c", "a < b & c"),
        ("", ""),
    ],
)
def test_broken_pages_keep_their_words(page: str, text: str) -> None:
    assert html_text(page) == text


@pytest.mark.parametrize("piece", ["<!--", "<a b=", '<a b="', "<a ", "</a", "<![CDATA[", "<script></", "&#", "<"])
def test_a_page_made_to_exhaust_the_parser_is_read_in_one_go(piece: str) -> None:
    assert isinstance(html_text(piece * 50_000 + ">"), str)
