"""Prints how well commitments are found in the labelled lines: ``python -m tests.language.commitments.measure``.

Precision, recall and F1 are of the promise; the accuracies are shares of the promises that were found. A deadline or an
amount is right only if it is the very words of the label.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from audit.language.commitments.find import commitment
from tests.language.commitments.lines import LANGUAGES, labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.language.commitments.lines import Line

ROOT = Path(__file__).resolve().parents[3]
HEAD = "| language | half | lines | promises | precision | recall | F1 | who | deadline | amount | conditional |"


@dataclass
class Score:
    """Counts over some lines."""

    lines: int = 0
    promises: int = 0
    found: int = 0
    right: int = 0
    who: int = 0
    deadline: int = 0
    amount: int = 0
    conditional: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Score)))

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.promises if self.promises else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def row(self, language: str, half: str) -> str:
        shares = (getattr(self, name) / max(1, self.right) for name in ("who", "deadline", "amount", "conditional"))
        figures = (self.precision, self.recall, self.f1, *shares)
        counts = f"| {language} | {half} | {self.lines} | {self.promises} | "
        return counts + " | ".join(f"{figure:.2f}" for figure in figures) + " |"


def scored(lines: Iterable[Line], language: str) -> Score:
    """Return the counts over some lines."""
    return sum((_of(line, language) for line in lines), Score())


def _of(line: Line, language: str) -> Score:
    found = commitment(line.text, language=language)
    both = line.promise and found.promise
    return Score(
        lines=1,
        promises=line.promise,
        found=found.promise,
        right=both,
        who=both and found.who == line.who,
        deadline=both and found.deadline == line.deadline,
        amount=both and found.amount == line.amount,
        conditional=both and found.conditional == line.conditional,
    )


def main() -> None:
    shared = Path(os.environ.get("ONRECORD_SHARED_DATA", ROOT.parent / "shared" / "data"))
    out = [HEAD, "| --- " * HEAD.count(" | ") + "| --- |"]
    for language in LANGUAGES:
        lines = list(labelled(language, shared if shared.is_dir() else None))
        for half, held_out in (("development", False), ("held out", True)):
            out.append(scored([line for line in lines if line.held_out == held_out], language).row(language, half))
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
