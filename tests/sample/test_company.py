"""The company as a whole: from a seed, of the size asked for, in the order of time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from audit.sample.company import LAST_DAY, Counts, lines, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sample.section_eleven import Line

SIZES = (1, 2, 7, 40, 333, 1001)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "one", messages=500, seed=7)
    write(tmp_path / "two", messages=500, seed=7)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("other", [8, -7, 7 + 10**12])
def test_another_seed_gives_another_company(other: int) -> None:
    assert list(lines(100, other)) != list(lines(100, 7))


def test_the_bytes_do_not_depend_on_how_a_process_hashes(tmp_path: Path) -> None:
    program = "from pathlib import Path; from sys import argv; from audit.sample.company import write;"
    program += "write(Path(argv[1]), messages=300, seed=3)"
    digests = set()
    for hash_seed in ("0", "1", "4711"):
        target = tmp_path / hash_seed
        subprocess.run(  # noqa: S603  (our own interpreter, our own words)
            [sys.executable, "-c", program, str(target)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "Asia/Kathmandu"},
        )
        digests.add(sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("size", SIZES)
def test_the_number_of_messages_is_met_exactly(size: int) -> None:
    assert sum(line["kind"] == "message" for line in lines(size, 11)) == size


@pytest.mark.parametrize("size", [0, -1])
def test_a_company_without_messages_is_refused_at_once(size: int) -> None:
    with pytest.raises(ValueError, match="at least one message"):
        lines(size, 1)


def test_lines_come_in_the_order_of_time(company: list[Line]) -> None:
    moments = [datetime.fromisoformat(str(line["at"])) for line in company]
    assert moments == sorted(moments)


def test_the_year_ends_on_the_day_asked_for() -> None:
    end = date(2024, 2, 29)
    days = [date.fromisoformat(str(line["at"])[:10]) for line in lines(3000, 5, end=end)]
    assert max(days) <= end
    assert min(days) == end - timedelta(days=364)


def test_nothing_happens_after_the_last_day(company: list[Line]) -> None:
    assert max(str(line["at"])[:10] for line in company) <= LAST_DAY.isoformat()


def test_what_is_written_is_what_is_counted(tmp_path: Path) -> None:
    heard: list[int] = []
    counts = write(tmp_path / "company.ndjson", messages=2500, seed=1, progress=heard.append)
    text = (tmp_path / "company.ndjson").read_text(encoding="utf-8")
    read = [json.loads(line) for line in text.splitlines()]
    assert counts == Counts(messages=2500, lines=len(read), kinds=counts.kinds)
    assert sum(counts.kinds.values()) == len(read)
    assert heard == [1000, 2000, 2500]
    assert read == list(lines(2500, 1))


def test_a_file_is_utf8_with_one_object_a_line(tmp_path: Path) -> None:
    write(tmp_path / "company.ndjson", messages=200, seed=1)
    content = (tmp_path / "company.ndjson").read_bytes()
    assert content.endswith(b"}\n")
    assert b"\r" not in content
    assert "ą".encode() in content
    assert len(content.decode().splitlines()) == content.count(b"\n")
