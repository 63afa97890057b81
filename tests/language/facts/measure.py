"""Print how well facts are found: ``python -m tests.language.facts.measure``, beside the shared data."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from audit.language.facts.find import facts
from tests.language.facts.truth import LANGUAGES, Line, Mark, crosswoz, held_out_lines, own_lines, sgd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from audit.language.facts.fact import Fact

_DATA = Path(os.environ.get("ONRECORD_SHARED_DATA", Path(__file__).parents[3].parent / "shared" / "data"))


@dataclass
class Score:
    """How many facts of a kind were marked and found, and how many of them agree."""

    marked: int = 0
    found: int = 0
    exact: int = 0
    exact_found: int = 0
    touched: int = 0
    touching: int = 0

    def row(self) -> str:
        """Return recall and precision, exact and by overlap, as cells of a table."""
        parts = (
            (self.exact, self.marked),
            (self.exact, self.found),
            (self.touched, self.marked),
            (self.touching, self.found),
        )
        return " | ".join(f"{part / whole:.2f}" if whole else "–" for part, whole in parts)


@dataclass
class Result:
    """The scores of a source by kind, and what went wrong."""

    scores: dict[str, Score] = field(default_factory=dict)
    wrong: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Read a line and count."""
        found = [fact for fact in facts(line.text, language=line.language, at=line.at) if fact.kind in line.kinds]
        for mark in line.marks:
            score = self.scores.setdefault(mark.kind, Score())
            score.marked += 1
            score.exact += any(is_exact(mark, fact) for fact in found)
            score.touched += any(touches(mark, fact) for fact in found)
            if not any(is_exact(mark, fact) for fact in found):
                self.wrong.append(
                    ("missed", line.text, f"{mark.kind} {line.text[mark.start : mark.end]} {mark.normal}")
                )
        for fact in found:
            score = self.scores.setdefault(fact.kind, Score())
            score.found += 1
            score.touching += any(touches(mark, fact) for mark in line.marks)
            if not any(is_exact(mark, fact) for mark in line.marks):
                self.wrong.append(("wrong", line.text, f"{fact.kind} {fact.text} {fact.normal}"))


def is_exact(mark: Mark, fact: Fact) -> bool:
    """Say whether kind, span and, where the source gives one, normal form agree."""
    same = (mark.kind, mark.start, mark.end) == (fact.kind, fact.start, fact.end)
    return same and mark.normal in {None, fact.normal}


def touches(mark: Mark, fact: Fact) -> bool:
    """Say whether a fact of the right kind overlaps the mark."""
    return mark.kind == fact.kind and mark.start < fact.end and fact.start < mark.end


def measured(lines: Iterable[Line]) -> Result:
    """Return the scores of all lines."""
    result = Result()
    for line in lines:
        result.add(line)
    return result


def sources() -> Iterator[tuple[str, Iterator[Line]]]:
    """Yield what can be measured here, by name."""
    for language in LANGUAGES:
        yield f"own lines, {language}", own_lines(language)
        yield f"held out lines, {language}", held_out_lines(language)
    if _DATA.is_dir():
        yield "SGD train, customers", sgd(_DATA / "sgd" / "train_dialogues_100.json", speaker="USER")
        yield "SGD train, assistants", sgd(_DATA / "sgd" / "train_dialogues_100.json", speaker="SYSTEM")
        yield "SGD dev, customers", sgd(_DATA / "sgd" / "dev_dialogues_005.json", speaker="USER")
        yield "SGD dev, assistants", sgd(_DATA / "sgd" / "dev_dialogues_005.json", speaker="SYSTEM")
        yield "CrossWOZ, all turns", crosswoz(_DATA / "crosswoz" / "val_first40.json")


def main(arguments: list[str]) -> None:
    """Print the table; with ``--wrong`` and part of a source's name, also what is missed and what is wrong there."""
    for language in LANGUAGES:
        measured(own_lines(language))  # the rules are made when first needed, and only once
    lines = 0
    started = time.process_time()
    totals: Counter[str] = Counter()
    print("| source | kind | marked | recall | precision | recall, overlap | precision, overlap |")  # noqa: T201  # the command's answer
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")  # noqa: T201  # the command's answer
    for name, source in sources():
        if len(arguments) > 1 and arguments[1] not in name:
            continue
        texts = list(source)
        lines += len(texts)
        result = measured(texts)
        for kind, score in sorted(result.scores.items()):
            totals[kind] += score.marked
            print(f"| {name} | {kind} | {score.marked} | {score.row()} |")  # noqa: T201  # the command's answer
        for sort, text, what in result.wrong if arguments[:1] == ["--wrong"] else ():
            print(f"  {sort}: {what}   IN   {text}")  # noqa: T201  # asked for
    seconds = time.process_time() - started
    print(f"\n{lines} lines, {lines / seconds:,.0f} a second on one core")  # noqa: T201  # the command's answer


if __name__ == "__main__":
    main(sys.argv[1:])
