"""The offline verifiers, for whoever holds a bundle: they need nobody to sign in and show nothing of anybody."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse

from audit.evidence.verifier.files import PAGE, SCRIPT, page_policy

verifiers = APIRouter(prefix="/verifier")


@verifiers.get("/verify_bundle.py")
def script() -> PlainTextResponse:
    """Return the verifier that runs with Python alone."""
    return PlainTextResponse(SCRIPT.read_text(encoding="utf-8"), media_type="text/x-python")


@verifiers.get("/verify.html")
def page() -> HTMLResponse:
    """Return the verifier that runs in a browser, saved to a disk or from here; it may run its own script alone."""
    content = PAGE.read_text(encoding="utf-8")
    policy = f"{page_policy(content)}; frame-ancestors 'none'"
    return HTMLResponse(content, headers={"Content-Security-Policy": policy})
