"""How well the elements are found, by language: ``python -m tests.language.elements.measure``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from audit.language.elements.find import elements
from audit.language.elements.lexicon import ELEMENTS
from tests.language.elements.lines import LANGUAGES, real, written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.language.elements.lines import Judged

SHARED: Final = Path(os.environ.get("ONRECORD_SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))


@dataclass
class Score:
    """How often an element was there and found (True, True), there and not found (True, False), and so on."""

    seen: Counter[tuple[bool, bool]] = field(default_factory=Counter)

    @property
    def positives(self) -> int:
        return self.seen[True, True] + self.seen[True, False]

    @property
    def negatives(self) -> int:
        return self.seen[False, True] + self.seen[False, False]

    @property
    def recall(self) -> float:
        return self.seen[True, True] / max(1, self.positives)

    @property
    def specificity(self) -> float:
        return self.seen[False, False] / max(1, self.negatives)

    @property
    def precision(self) -> float:
        return self.seen[True, True] / max(1, self.seen[True, True] + self.seen[False, True])

    @property
    def accuracy(self) -> float:
        """The mean of recall and specificity, so that the many negatives hide nothing."""
        return (self.recall + self.specificity) / 2


def scores(lines: Iterable[Judged]) -> dict[str, Score]:
    """Return the score of each element over lines of one language."""
    found = {name: Score() for name in ELEMENTS}
    for line in lines:
        got = {element.name for element in elements(line.text, language=line.language)}
        for name in ELEMENTS:
            if name not in line.open:
                found[name].seen[name in line.has, name in got] += 1
    return found


def table() -> str:
    """Return the table of the documentation."""
    head = "| language | element | + | - | accuracy, development | accuracy, held out | recall | precision |"
    rows = [head, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for language in LANGUAGES:
        lines = written(language)
        whole = scores(lines)
        seen, unseen = (scores(line for line in lines if line.held_out is held) for held in (False, True))
        for name in ELEMENTS:
            one, held = whole[name], unseen[name]
            rows.append(
                f"| {language} | {name} | {one.positives} | {one.negatives} | {seen[name].accuracy:.2f} "
                f"| {held.accuracy:.2f} | {held.recall:.2f} | {held.precision:.2f} |"
            )
    return "\n".join(rows)


def main() -> None:
    sys.stdout.write(table() + "\n")
    if SHARED.is_dir():
        lines = real(SHARED)
        right = sum(
            line.has ^ {element.name for element in elements(line.text, language=line.language)} <= line.open
            for line in lines
        )
        sys.stdout.write(f"\nReal lines with exactly the elements they have: {right} of {len(lines)}.\n")


if __name__ == "__main__":
    main()
