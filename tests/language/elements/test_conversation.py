"""A whole conversation is judged by what its agents say, line by line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from audit.language.elements.conversation import Line, Marks, Verdict, judged
from audit.language.elements.lexicon import ELEMENTS

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _talk(*said: tuple[str, str], language: str | None = "en") -> Marks:
    return judged(
        [
            Line(role=role, text=text, at=START + timedelta(seconds=30 * number), language=language)
            for number, (role, text) in enumerate(said)
        ]
    )


GOOD = (
    ("agent", "Good morning, Brookline Water, this is Ida. How can I help?"),
    ("customer", "My meter 48213 has been leaking since Sunday and nobody came."),
    ("agent", "I am so sorry that nobody came. So the meter 48213 has been leaking since Sunday?"),
    ("customer", "Yes."),
    ("agent", "It drips because the seal is worn out. I've booked a plumber for you today at 3 to replace it."),
    ("agent", "I'll call you tomorrow to check that it is dry."),
    ("customer", "Thanks"),
    ("agent", "Is there anything else I can help you with? Have a nice day!"),
)


def test_a_good_conversation_meets_every_element() -> None:
    marks = _talk(*GOOD).marks
    assert {name: mark.verdict for name, mark in marks.items()} == dict.fromkeys(ELEMENTS, Verdict.MET)


def test_each_mark_cites_the_words_it_rests_on() -> None:
    marks = _talk(*GOOD).marks
    cited = {name: [GOOD[one.line][1][one.start : one.end] for one in mark.lines] for name, mark in marks.items()}
    assert cited["empathy"] == ["I am so sorry that nobody came."]
    assert cited["follow_up"] == ["I'll call you tomorrow to check that it is dry."]
    assert cited["close"][0].startswith("Is there anything else")


def test_without_the_greeting_the_mark_flips_and_cites_nothing() -> None:
    mark = _talk(("agent", "Yes?"), *GOOD[1:]).marks["greeting"]
    assert (mark.verdict, mark.lines) == (Verdict.NOT_MET, ())


def test_what_a_customer_or_a_bot_says_earns_no_mark() -> None:
    said = _talk(
        ("customer", "Hello, I am sorry to bother you"), ("bot", "Hello! How can I help?"), ("agent", "Number?")
    )
    assert said.marks["greeting"].verdict is Verdict.NOT_MET
    assert said.marks["empathy"].verdict is not Verdict.MET


def test_where_no_agent_speaks_nothing_applies() -> None:
    marks = _talk(("customer", "Hello? My line is dead."), ("system", "Nobody is here.")).marks
    assert {mark.verdict for mark in marks.values()} == {Verdict.NOT_APPLICABLE}
    assert judged([]).marks["close"].because == "no-agent"


def test_empathy_is_not_asked_for_where_no_trouble_is_told() -> None:
    said = _talk(("agent", "Good morning"), ("customer", "What are your opening hours?"), ("agent", "Nine to five."))
    assert said.marks["empathy"].because == "no-trouble-told"


def test_saying_again_what_the_customer_said_is_listening() -> None:
    said = _talk(
        ("customer", "The espresso machine hisses and drips"), ("agent", "Your espresso machine hisses, noted.")
    )
    assert said.marks["listening"].verdict is Verdict.MET
    assert said.measures.taken_up == 1


def test_saying_something_else_is_not_listening() -> None:
    said = _talk(("customer", "The espresso machine hisses"), ("agent", "We sell vouchers too."))
    assert said.marks["listening"].verdict is Verdict.NOT_MET


def test_quick_resolution_is_measured_in_turns_and_seconds() -> None:
    measures = _talk(*GOOD).measures
    assert (measures.turns_to_resolution, measures.seconds_to_resolution) == (3, 120.0)


def test_trade_words_cost_the_mark_for_clarity_and_are_listed() -> None:
    said = _talk(
        ("customer", "It is slow"), ("agent", "It is slow because the cable is old."), ("agent", "The DSLAM is full.")
    )
    assert said.measures.jargon == ("DSLAM",)
    assert said.marks["clarity"].verdict is Verdict.NOT_MET


def test_a_trade_word_that_is_explained_costs_nothing() -> None:
    said = _talk(("customer", "Slow"), ("agent", "The DSLAM, that is the grey box in your street, is full."))
    assert said.measures.jargon == ()


def test_chinese_conversations_are_judged_alike() -> None:
    said = _talk(
        ("customer", "我的热水器漏水三天了，没人来修"),
        ("agent", "您好，很抱歉让您久等了，热水器漏水三天了对吗？"),
        language=None,
    )
    assert {name for name, mark in said.marks.items() if mark.verdict is Verdict.MET} == {
        "greeting",
        "listening",
        "empathy",
    }
