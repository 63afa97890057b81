"""JSON without its loose ends: no doubled keys, no numbers beyond JSON, no lone surrogates."""

from __future__ import annotations

import json
import math
from typing import Any

from audit.intake.source import NotTaken


def parse(text: str) -> Any:
    """Return what the JSON says. Raises ``NotTaken`` when it is not JSON, or says two things at once."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise NotTaken("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise NotTaken(f"it is not JSON ({error.msg} at character {error.pos + 1})") from None
    except ValueError:
        raise NotTaken("it holds a number that is too long") from None


def canonical(value: Any) -> bytes:
    """Return the one way to write a value: keys sorted, no spaces, UTF-8. Raises ``NotTaken`` for lone surrogates."""
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        raise NotTaken("it holds half of a surrogate pair, which is no character") from None
    except RecursionError:
        raise NotTaken("it is nested too deeply") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotTaken("a field stands in it twice")
    return fields


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise NotTaken("it holds a number that is too large")
    return number


def _no_number(_written: str) -> Any:
    raise NotTaken("it holds NaN or Infinity, which JSON has not")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_number)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
