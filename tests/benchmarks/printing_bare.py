"""Bare WeasyPrint on HTML from standard input, in a process of its own: what our own printing is compared with."""

from __future__ import annotations

import json
import resource
import sys

from weasyprint import HTML  # type: ignore[import-untyped]  # the library carries no types


def main() -> None:
    document = HTML(string=sys.stdin.buffer.read().decode()).render(pdf_variant="pdf/a-3a")
    document.write_pdf(pdf_variant="pdf/a-3a")
    taken = resource.getrusage(resource.RUSAGE_SELF)
    told = {"pages": len(document.pages), "cpu_seconds": taken.ru_utime + taken.ru_stime, "peak": taken.ru_maxrss}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
