"""Doing a thing once: the same request with the same idempotency key gets the answer that was given before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import Header
from pydantic import BaseModel

from audit.archive.accounts.api_answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.v1.calling import Calling

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="A word of your own for this request. Sent again within a day with the same body, the request is "
        "not carried out again and is answered as before.",
        examples=["5f0c1b7e-2b57-4a3e-9a58-0a3b0a5f1c11"],
    ),
]
_Answer = TypeVar("_Answer", bound=BaseModel)


def once(call: Calling, key: str | None, asked: str, form: type[_Answer], carry_out: Callable[[], _Answer]) -> _Answer:
    """Carry a request out, unless it was before. ``asked`` is a digest of the request."""
    if key is None:
        return carry_out()
    answers = Answers(call.house.keyring, clock=call.house.world.clock)
    principal = f"{call.key.staff.hex} {call.route.name}"
    if (known := answers.begin(principal, key, asked)) is not None:
        return form.model_validate_json(known)
    try:
        answer = carry_out()
    except BaseException:
        answers.drop(principal, key)
        raise
    answers.keep(principal, key, answer.model_dump_json())
    return answer
