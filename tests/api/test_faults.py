"""What importers and proofs find wrong is said in the visitor's language, with what differs from case to case."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from api.faults import FAULTS, fault, fault_at
from api.wording import LANGUAGES, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.wording import Wording

INTAKE: Final = Path(__file__).parents[2] / "audit" / "intake"
NEVER_SHOWN: Final = {"table_map.py", "card_codes.py", "cards.py"}
"""Modules that say nothing a page shows: of maps, which the command line takes, and patterns of numbers."""
LABELS: Final = {"NO ANSWER", "kept as received, not verified", "derived by others, no source of what was said"}
"""Words that are no reasons."""
_NAME: Final = re.compile(r"\{(\w+)\}")
_PATTERN: Final = re.compile(r"[\\\r\n]|\(\?")
_PHRASE: Final = re.compile(r"[A-Za-z] ?\S* [A-Za-z]{2}|[A-Za-z]{2} \S")


def reasons() -> list[str]:
    """Return every phrase that stands in the importers, with a number in place of what differs."""
    found = [each for path in sorted(INTAKE.rglob("*.py")) if path.name not in NEVER_SHOWN for each in phrases(path)]
    return sorted(set(found) - LABELS)


def phrases(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    beside = set(_beside(tree))
    for node in ast.walk(tree):
        if node in beside:
            continue
        said = written(node)
        if said and not _PATTERN.search(said) and _PHRASE.search(said.replace("7", "")):
            yield said


def _beside(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what is no phrase by itself: docstrings, what is said of our own mistakes, and parts of phrases."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                yield docstring
            case ast.Assert(msg=ast.expr() as message):
                yield from ast.walk(message)
            case ast.BinOp(op=ast.Add(), left=ast.Constant() as part):
                yield part
            case ast.JoinedStr(values=parts):
                yield from (one for part in parts for one in ast.walk(part))
            case _:
                pass


def written(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str() as said):
            return said
        case ast.BinOp(op=ast.Add(), left=ast.Constant(value=str() as said)):
            return f"{said}7"
        case ast.JoinedStr(values=parts):
            return "".join(_part(one) for one in parts)
        case _:
            return ""


def _part(part: ast.expr) -> str:
    match part:
        case ast.Constant(value=str() as said):
            return said
        case ast.FormattedValue(value=ast.IfExp(orelse=ast.Constant(value=str() as said))):
            return said
        case _:
            return "7"


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_whatever_an_importer_refuses_is_said_in_every_language(language: str) -> None:
    say = wording(language)
    assert not [said for said in reasons() if _is_bare(say, said)]


def _is_bare(say: Wording, said: str) -> bool:
    """Say whether a phrase has no translation, alone or after the field it is about."""
    alone = said.removeprefix("7: ")
    return fault_at(say, "7", said) == alone and fault(say, f"value {said}") == f"value {said}"


def test_the_reasons_are_found_where_they_are_written() -> None:
    assert {"direction is neither inbound nor outbound", "7 is missing", "the queue"} <= set(reasons())


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_fault_is_translated_with_nothing_it_does_not_name(language: str) -> None:
    say = wording(language)
    for template in FAULTS:
        assert set(_NAME.findall(str(say(template)))) <= set(_NAME.findall(template))
        said = fault(say, _NAME.sub(lambda found: f"<{found[1]}>", template))
        assert said != template
        assert "{" not in said


def test_a_place_stands_once_and_what_differs_is_put_in() -> None:
    assert fault_at(wording("lt"), "line 7", "line 7: text is missing") == "text: trūksta"
    assert fault(wording("lt"), "line 7") == "7 eilutė"
    assert fault(wording("ru"), "the queue is missing") == "очередь: отсутствует"
    assert fault_at(wording("en"), "line 7", "line 7: text is missing") == "text is missing"


def test_what_nobody_translated_stays_as_it_was_said() -> None:
    assert fault(wording("bg"), "Nobody ever said {this}.") == "Nobody ever said {this}."
    assert fault(wording("zh"), "x" * 100_000) == "x" * 100_000
