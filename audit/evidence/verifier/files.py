"""The two verifiers as files to hand out, and what the page allows itself."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
SCRIPT: Final = _HERE / "verify_bundle.py"
PAGE: Final = _HERE / "verify.html"
_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


def page_policy(page: str) -> str:
    """Return the content security policy a page states for itself."""
    found = _POLICY.search(page)
    assert found, "the page states its policy"
    return found[1]


def sealed_page(page: str) -> str:
    """Return the page with its policy naming the hashes of its own script and style, and no others."""
    for kind in ("script", "style"):
        content = page.partition(f"<{kind}>")[2].partition(f"</{kind}>")[0]
        named = b64encode(sha256(content.encode()).digest()).decode()
        page = re.sub(f"{kind}-src 'sha256-[^']*'", f"{kind}-src 'sha256-{named}'", page, count=1)
    return page


if __name__ == "__main__":
    PAGE.write_text(sealed_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
