"""The language of queries by examples, each with what it finds. Help and pages show them; tests run them."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        "Words",
        (
            ("refund", "the word in all its forms: refunds, refunded"),
            ('"late delivery"', "exactly these words side by side"),
            ('"late delivery"~5', "these words in any order, at most five words between them"),
            ("refund*", "words that begin so"),
            ("col?r", "one letter in the place of each ?"),
            ("*fund*", "any letters in the place of each *"),
            ("refnd~", "words one edit away: a letter put in, left out or replaced; ~2 for two"),
            ("退款", "Chinese, found inside a run of characters"),
        ),
    ),
    (
        "Together",
        (
            ("router late", "both words; AND between them says the same"),
            ("router OR modem", "either word"),
            ("router NOT installed", "the first without the second"),
            ("(router OR modem) NOT installed", "brackets say what belongs together"),
        ),
    ),
    (
        "Who and where",
        (
            ("customer:cust-7", "everything of a customer, by id"),
            ("agent:a012", "what one of our people wrote, by id or by whole name"),
            ('author:"Ona Sample"', "what somebody of this name wrote; one word of the name will do"),
            ("role:customer", "what customers said; also agent, supervisor, technician, bot, system"),
            ("channel:(chat OR phone)", "by the way it came"),
            ("direction:inbound", "inbound or outbound"),
            ("kind:note", "notes; also message, edit, ticket, work_order, attachment, rating and others"),
            ("conversation:c-17", "one conversation"),
            ("ticket:T-5", "one ticket"),
            ("order:WO-9", "one work order"),
            ("promise:8c3c2f6e-3c0a-4d53-9f5e-6d9e3f1f8a10", "what is about one promise, with --kind events"),
            ("language:lt", "where the source names the language"),
            ("source:chat", "one source"),
            ("is:edited", "every version of a message that was edited at the source; also is:deleted"),
            ("has:attachment", "messages that came with a file"),
        ),
    ),
    (
        "Numbers",
        (
            ("ORD-2024/00123", "an order number however it is written; also phones and addresses"),
            ("identifier:+37060000007", "only as a number of its own, never as a part of another"),
            ("amount:100", "this sum, in any currency and spelling"),
            ('amount:"12.50 EUR"', "this sum in this currency"),
            ("amount:>50", "more than that; also >=, < and <="),
            ("amount:[50EUR to 100EUR]", "from and to, both included"),
        ),
    ),
    (
        "When",
        (
            ("at:2026-03", "in that month; also a year, a day, or in quotes a minute"),
            ("at:[2026-03-01 to 2026-03-31]", "both days included; at:[2026-03 to] has no end"),
            ("at:>2026-03", "after that month; also >=, < and <="),
            ("at:yesterday", "also today"),
            ('at:"last 30 days"', "from the day 30 days ago until today; also weeks, months, years"),
            ('at:"last month"', "the whole month before this one; also this month, last week, this year"),
        ),
    ),
)
NOTES: Final = (
    "Operators are written in capitals. AND binds closer than OR, and words that merely stand side by side bind last:",
    "a b OR c is a AND (b OR c), while a AND b OR c is (a AND b) OR c. Brackets leave no doubt.",
    'Dates are days of ONRECORD_ZONE. Without at:, "last 30 days" is a phrase like any other.',
    "A fuzzy word or a pattern may stand for 1,000 words; beyond that you are asked to write more letters.",
    "What is not understood is refused with its place. To search for a sign or a word such as AND, quote it.",
)


def shown() -> str:
    """Return the language as a page of text."""
    lines: list[str] = []
    for title, examples in EXAMPLES:
        width = max(len(query) for query, _ in examples)
        lines += ["", f"{title}:", *(f"  {query:<{width}}  {meaning}" for query, meaning in examples)]
    return "\n".join([*lines[1:], "", *NOTES])
