"""The commands, and how they begin and end."""

from __future__ import annotations

import inspect
import json
import sys
import traceback
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, get_type_hints

import typer

from audit.archive.stored import FORMAT
from audit.cli.register import GROUPS, function_of, meant_by
from audit.cli.session import Answer, Folder, Json, Login, Session, Url, Why
from audit.domain.errors import AuditError, WrongUse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WRONG_USE = 64
_FAILED = 1
_COULD_NOT_RUN = 3
_INTERRUPTED = 130
"""What typer makes of it when somebody presses Ctrl-C."""
_SHARED = {
    "json_": (Json, False),
    "data": (Folder, None),
    "url": (Url, None),
    "login": (Login, None),
    "why": (Why, None),
}


def run(words: Sequence[str]) -> int:
    """Run one command; return 0 when it is done, 64 on wrong use, 1 on any other failure (``verify``: its own)."""
    if list(words) == ["--version"]:
        sys.stdout.write(f"onrecord {version('onrecord')}, archives of format {FORMAT}\n")
        return 0
    try:
        code = _app(words)(args=list(words), prog_name="onrecord", standalone_mode=False)
    except (typer.TyperException, WrongUse) as error:
        return _failed(f"{error} (onrecord --help tells more)", _WRONG_USE)
    except AuditError as error:
        return _failed(str(error), _COULD_NOT_RUN if "verify" in words[:1] else _FAILED)
    except (typer.Abort, KeyboardInterrupt):
        return _stopped(words)
    except Exception:
        if "verify" not in words[:1]:
            raise
        # A defect of ours would end with 1, and that says "tampered".
        traceback.print_exc()
        return _COULD_NOT_RUN
    return _stopped(words) if code == _INTERRUPTED else int(code or 0)


def _stopped(words: Sequence[str]) -> int:
    said = "Stopped. Nothing is half done: run the command again to go on."
    return _failed(said, _COULD_NOT_RUN if "verify" in words[:1] else _FAILED)


def _failed(said: str, code: int) -> int:
    sys.stderr.write(f"onrecord: {said}\n")
    return code


def _app(words: Sequence[str]) -> typer.Typer:
    app = typer.Typer(
        help="The archive that keeps what companies and customers say to each other, and can prove it.",
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_one_of_several)
    groups: dict[str, typer.Typer] = {"": app}
    for name in meant_by(words):
        group, _, own = name.rpartition(" ")
        if group not in groups:
            groups[group] = typer.Typer(help=GROUPS[group], no_args_is_help=True, rich_markup_mode=None)
            app.add_typer(groups[group], name=group)
        groups[group].command(own)(_with_session(name, function_of(name)))
    return app


def _one_of_several() -> None:
    """Keep the name of a command before its options, though it may be the only one that is loaded."""


def _with_session(name: str, function: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command the options all commands share, as one Session in place of its first parameter."""

    def begin(**given: Any) -> None:
        shared = {name.strip("_"): given.pop(name) for name in _SHARED}
        session = Session(command=name, **shared)
        answer = function(session, **given)
        if not answer.written:
            sys.stdout.write((json.dumps(answer.facts, ensure_ascii=False) if session.json else answer.words) + "\n")
        if answer.code:
            raise typer.Exit(answer.code)

    hints = get_type_hints(function, include_extras=True)
    own = [
        parameter.replace(annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in list(inspect.signature(function).parameters.values())[1:]
    ]
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _SHARED.items()
    ]
    begin.__signature__ = inspect.Signature([*own, *common])  # type: ignore[attr-defined]  # typer reads it
    begin.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *common)}
    begin.__doc__ = function.__doc__
    return begin
