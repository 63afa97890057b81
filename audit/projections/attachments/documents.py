"""The text of PDFs, by pypdf."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Final

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, LimitReachedError, PyPdfError

from audit.projections.attachments.verdict import MOST_CHARACTERS, NotRead, Reading

# What a reader of foreign bytes stumbles over when they are not as the format says.
STUMBLES: Final = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, EOFError)


def pdf_text(content: bytes) -> Reading:
    """Return the text of all pages. Raises NotRead."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotRead("password")
        return _pages(reader)
    except FileNotDecryptedError:
        raise NotRead("password") from None
    except LimitReachedError:
        raise NotRead("unpacks-too-large") from None
    except (PyPdfError, zlib.error, NotImplementedError, RecursionError, *STUMBLES):
        raise NotRead("damaged") from None


def _pages(reader: PdfReader) -> Reading:
    texts: list[str] = []
    size, broken = 0, False
    for page in reader.pages:
        try:
            text = page.extract_text()
        except LimitReachedError:
            raise
        except (PyPdfError, zlib.error, NotImplementedError, RecursionError, *STUMBLES):
            broken = True
            continue
        texts.append(text)
        size += len(text)
        if size > MOST_CHARACTERS:
            break
    whole = "\n".join(texts)
    if not whole.strip():
        raise NotRead("damaged" if broken or not texts else "no-text")
    return Reading(whole, "part" if broken else None)
