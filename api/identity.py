"""Comparing what proves who somebody is."""

from __future__ import annotations

import hmac


def same(one: str, other: str) -> bool:
    """Compare two tokens in a time that tells nothing."""
    return hmac.compare_digest(one.encode(errors="surrogatepass"), other.encode(errors="surrogatepass"))
