"""Imports: bringing files in, and what became of everything in them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import Response
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from api.doors import IMPORTERS
from api.faults import fault
from api.importing import Upload, bring_upload
from api.opening import opens
from api.visit import Visit
from audit.bootstrap.register import SOURCES
from audit.domain.errors import Refused
from audit.projections.deliveries import Deliveries
from audit.sample.company import write as write_company

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_SHOWN: Final = 100
_SAMPLE_MESSAGES: Final = 800
_SAMPLE_SEED: Final = 3
_FORMATS: Final = tuple(source.name for source in SOURCES)


@opens("imports")
def imports(visit: Visit) -> Response:
    return _page(visit)


@opens("import-brought")
def brought(visit: Visit) -> Response:
    """Take files, and bring them in once this is answered; the page says how far it is when it is loaded again."""
    files = [one for one in visit.form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    form = visit.field("format")
    if not files or (form and form not in _FORMATS):
        return _page(visit, 400, wrong=visit.say("Choose at least one file."))
    upload = Upload()
    try:
        paths = [upload.keep(one.filename or "", one.file) for one in files]
    except BaseException:
        upload.remove()
        raise
    return _begun(visit, upload, len(paths), lambda: paths, form or None)


@opens("sample-brought")
def sample(visit: Visit) -> Response:
    """Bring in a made-up company to try things with; never beside what is real."""
    house = visit.house
    with house.views.reading(Deliveries) as (db, view):
        if view.newest(db, limit=1):
            raise Refused(str(visit.say("Something was brought in already: a made-up company would stand beside it.")))
    upload = Upload()
    file = upload.folder / "made-up-company.ndjson"
    write = partial(_written, file)
    return _begun(visit, upload, 1, write, None)


def _written(file: Path) -> Sequence[Path]:
    write_company(file, messages=_SAMPLE_MESSAGES, seed=_SAMPLE_SEED)
    return [file]


def _begun(visit: Visit, upload: Upload, files: int, write: Callable[[], Sequence[Path]], form: str | None) -> Response:
    running = visit.rooms.imports.begin(files, visit.by.login)
    answer = visit.to("/imports")
    answer.background = BackgroundTask(bring_upload, visit.house, visit.by, upload, running, form, write)
    return answer


def _page(visit: Visit, status: int = 200, wrong: str | None = None) -> Response:
    house = visit.house
    with house.views.reading(Deliveries) as (db, view):
        position = house.views.as_of(db, Deliveries.name)
        found = view.newest(db, limit=_SHOWN)
    visit.looked("deliveries", count=len(found), position=position)
    return visit.page(
        "custody/imports.html",
        status,
        found=found,
        running=visit.rooms.imports.shown(),
        formats=_FORMATS,
        wrong=wrong,
        fault=partial(fault, visit.say),
        named=visit.by.role in IMPORTERS,
        most=_SHOWN,
    )
