"""What anybody may open: the list of papers that may come later, and handing one in by phone with number and code."""

import asyncio
import re
from typing import Any

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Response

from central import persons
from central.centre import Centre
from central.feed.catalogue import store as catalogue
from central.persons import plain_code
from central.progress import later
from central.progress import store as progress
from central.progress.rules import Known
from central.supplements import rules, store
from central.supplements.rules import How, State, Supplement
from central.web import doorstep
from central.web.doorstep import Files
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of
from contract.catalogue import DEFAULT_LANGUAGE, Item

_ONCE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
Sent = NamedDependency[tuple[dict[str, str], Files]]

log = structlog.get_logger()


@get("/tolerance", sync_to_thread=True)
def listed(request: Asked) -> Response[str]:
    """容缺事项清单: each item with what may come later and by when. It prints as it stands."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        items = [item for item in catalogue.every(connection, centre.clock()) if item.tolerance is not None]
    values: dict[str, object] = {"items": [(item, _later(item)) for item in items]}
    return render(request, "supplements/templates/tolerance.html", None, values, language=_language(request))


def _later(item: Item) -> list[dict[str, str]]:
    return [one.name for one in item.materials if one.required and not one.main]


@get("/supplement", sync_to_thread=True)
def ask(request: Asked) -> Response[str]:
    """Number and code, from the receipt or the notice."""
    return _page(request, {"number": request.query_params.get("number", "")[:25]})


async def sent(request: Asked) -> tuple[dict[str, str], Files]:
    """A form with its pictures."""
    return await doorstep.fields_and_files(request, rules.PICTURE_LARGEST)


@post("/supplement", status_code=200, dependencies={"form": Provide(sent)})
async def bring(request: Asked, form: Sent) -> Response[str]:
    """Show what is missing; or keep what was sent. Said twice it is kept once."""
    fields, files = form
    if not doorstep.is_ours(request, fields):
        return _page(request, {"problem": "supplement.stale"}, 403)
    if not doorstep.lets(request):
        return _page(request, {"problem": "draft.busy"}, doorstep.TOO_MANY)
    return await asyncio.to_thread(_brought, request, fields, files)


def _brought(request: Asked, fields: dict[str, str], files: Files) -> Response[str]:
    centre = centre_of(request)
    number, code = "".join(fields.get("number", "").split()).upper(), plain_code(fields.get("code", ""))
    with centre.database.reading() as connection:
        case = progress.by_code(connection, number, code)
        case = later.without_brought(connection, [case])[0] if case is not None else None
        item = catalogue.find(connection, case.item, centre.clock()) if case is not None else None
    if case is None:
        return _page(request, {"problem": "supplement.not_found", "number": number}, 404)
    known: dict[str, Any] = {"number": number, "code": code, "case": case, "missing": _missing(case, item)}
    if not fields.get("once"):
        return _page(request, known)
    if _kept_before(centre, case, fields["once"]):
        return _page(request, known | {"kept": _names(item, list(files))})
    problem = _wrong(fields, files, [key for key, _ in known["missing"]])
    if problem:
        return _page(request, known | {"problem": problem}, 422)
    _keep(centre, case, fields["once"], files)
    log.info("supplement_by_phone", case=case.case_id, pictures=sum(len(found) for found in files.values()))
    return _page(request, known | {"kept": _names(item, list(files))})


def _missing(case: Known, item: Item | None) -> list[tuple[str, dict[str, str]]]:
    codes = msgspec.json.decode(case.missing, type=list[str])
    return list(zip(codes, _names(item, codes), strict=True))


def _names(item: Item | None, codes: list[str]) -> list[dict[str, str]]:
    names = {one.code: one.name for one in item.materials} if item is not None else {}
    return [names.get(code) or {DEFAULT_LANGUAGE: "缺少的材料", "en": "Missing paper"} for code in codes]


def _id(centre: Centre, case: Known, once: str) -> str:
    """The same for the same form of the same case: sent again it is not kept again."""
    return f"phone-{centre.blind.lookup('supplement', f'{case.case_id}/{once}')[:32]}"


def _kept_before(centre: Centre, case: Known, once: str) -> bool:
    with centre.database.reading() as connection:
        return store.find(connection, _id(centre, case, once)) is not None


def _wrong(fields: dict[str, str], files: Files, missing: list[str]) -> str:
    """Why what was sent cannot be kept, as a key of the words; empty where it can."""
    pictures = [content for found in files.values() for content in found]
    if not _ONCE.match(fields["once"]):
        return "supplement.stale"
    if not pictures or not set(files) <= set(missing):
        return "supplement.none_chosen"
    if len(pictures) > rules.PICTURES_AT_MOST:
        return "supplement.too_many"
    if any(len(content) > rules.PICTURE_LARGEST for content in pictures):
        return "supplement.too_large"
    return "" if all(rules.kind_of_picture(content) for content in pictures) else "supplement.no_picture"


def _keep(centre: Centre, case: Known, once: str, files: Files) -> None:
    now = centre.clock()
    supplement_id = _id(centre, case, once)
    keys, context = centre.fresh_keys(), picture_context(supplement_id)
    sealed = [(code, persons.seal(keys, content, context)) for code, found in files.items() for content in found]
    one = Supplement(
        supplement_id=supplement_id,
        terminal="",
        case_number=case.case_number,
        code="",
        item=case.item,
        how=How.PHONE,
        materials=msgspec.json.encode(list(files)).decode(),
        scans=len(sealed),
        sealed_as=supplement_id,
        trust="C",
        masked_name=case.masked_name,
        reason="",
        by_whom="",
        at=now.astimezone(centre.settings.zone).isoformat(timespec="seconds"),
        received_at=now,
        state=State.RECEIVED,
    )
    with centre.database.writing() as connection:
        store.add(connection, one, sealed)
        store.settle(connection, now)
    centre.live.changed()


def picture_context(supplement_id: str) -> bytes:
    """What a phone's pictures are sealed to."""
    return f"suiban supplement 1|{supplement_id}".encode()


def _page(request: Asked, values: dict[str, Any], status: int = 200) -> Response[str]:
    token = doorstep.token(request)
    nothing: dict[str, Any] = {"problem": "", "number": "", "code": "", "case": None, "missing": [], "kept": None}
    filled = nothing | values | {"token": token, "once": doorstep.once(), "most": rules.PICTURES_AT_MOST}
    made = render(request, "supplements/templates/phone.html", None, filled, language=_language(request), status=status)
    secure = centre_of(request).settings.public_url.startswith("https:")
    return doorstep.handed_out(made, token, secure=secure)


def _language(request: Asked) -> str:
    return language_of(request.query_params.get("lang", "")) or LANGUAGES[0]


pages = Router("/", route_handlers=[listed, ask, bring], request_max_body_size=rules.PHONE_LARGEST)
