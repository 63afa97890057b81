"""Writes the expectation beside each sample that has none; run by hand, and read by a person before it is kept."""

from __future__ import annotations

import json
import sys

from tests.intake.reading import SAMPLES, SOURCES, read, written


def main() -> None:
    for case in sorted(SAMPLES.glob("*/*")):
        expected = case.with_suffix(".facts.json")
        if case.suffix != ".json" and not expected.exists():
            facts = written(read(SOURCES[case.parent.name], case.read_bytes()))
            expected.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            sys.stdout.write(f"{expected}\n")


if __name__ == "__main__":
    main()
