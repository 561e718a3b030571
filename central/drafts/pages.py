"""The phone pages of an unfinished filing: begin one, or go on by code and PIN; what is personal is masked."""

from typing import Any

import structlog
from litestar import Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Response

from central.centre import Centre
from central.drafts import fields, opening, rules, store
from central.drafts.opening import PURPOSE
from central.drafts.rules import Draft
from central.feed.catalogue import store as catalogue
from central.persons import plain_code
from central.progress import store as progress
from central.unseal import CannotOpen
from central.web import doorstep
from central.web.page import Asked, centre_of, render
from central.web.words import LANGUAGES, language_of
from contract.catalogue import Item, ItemKind
from contract.drafts import DraftContent

TEMPLATE = "drafts/templates/draft.html"
Many = dict[str, str | list[str]]
Sent = NamedDependency[Many]

log = structlog.get_logger()


async def fields_of(request: Asked) -> Many:
    """A form; what was chosen several times is a list. An address of a field is `f_` and its key."""
    found: Many = {}
    for name, value in (await request.form()).multi_items():
        before = found.get(name)
        if before is None:
            found[name] = str(value)
        else:
            found[name] = [*(before if isinstance(before, list) else [before]), str(value)]
    return found


def typed(form: Many) -> Many:
    """The fields of the item alone."""
    return {name.removeprefix("f_"): value for name, value in form.items() if name.startswith("f_")}


def plain(form: Many, name: str) -> str:
    """One value of a form."""
    value = form.get(name, "")
    return value if isinstance(value, str) else value[0]


@get("/begin", sync_to_thread=True)
def begin(request: Asked) -> Response[str]:
    """What can be begun on a phone or a computer and gone on with at a terminal or a window."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        items = [one for one in catalogue.every(connection, centre.clock()) if one.kind is ItemKind.FILING and one.form]
    return _page(request, {"items": items}, template="drafts/templates/begin.html")


@post("/begin/{slug:str}", status_code=200, sync_to_thread=True, dependencies={"form": Provide(fields_of)})
def began(request: Asked, form: Sent, slug: FromPath[str]) -> Response[str]:
    """A new one: its code and PIN are shown, and the form."""
    centre = centre_of(request)
    if (stopped := _stopped(request, form)) is not None:
        return stopped
    with centre.database.reading() as connection:
        item = catalogue.find(connection, slug, centre.clock())
    if item is None or item.kind is not ItemKind.FILING or plain(form, "agree") != "yes":
        return _page(request, {"problem": "draft.agree_first"}, 422)
    draft = opening.begin(centre, item, rules.PHONE)
    log.info("draft_begun", item=slug, at=rules.PHONE)
    return _form(request, centre, draft, item, DraftContent(), fresh=True)


@get("/draft/{code:str}", sync_to_thread=True)
def draft(request: Asked, code: FromPath[str]) -> Response[str]:
    """What it is, until when it is kept, and how to go on; or the case it became."""
    centre = centre_of(request)
    if not doorstep.lets(request):
        return _page(request, {"problem": "draft.busy"}, doorstep.TOO_MANY)
    found, item = _find(centre, code)
    if found is None:
        return _page(request, {"problem": "draft.gone"}, 404)
    return _page(request, {"found": found, "item": item, "code": plain_code(code), "became": _became(centre, found)})


@post("/draft/{code:str}", status_code=200, sync_to_thread=True, dependencies={"form": Provide(fields_of)})
def open_or_keep(request: Asked, form: Sent, code: FromPath[str]) -> Response[str]:
    """With the PIN: the form as it stands, or what was filled in is kept."""
    centre = centre_of(request)
    if (stopped := _stopped(request, form)) is not None:
        return stopped
    found, item = _find(centre, code)
    if found is None or item is None:
        return _page(request, {"problem": "draft.gone"}, 404)
    known: dict[str, Any] = {"found": found, "item": item, "code": plain_code(code), "became": _became(centre, found)}
    if found.case_number:
        return _page(request, known)
    if rules.locked(found):
        return _page(request, known | {"problem": "draft.locked"}, 403)
    if not _right(centre, found, plain(form, "pin")):
        return _page(request, known | {"problem": "draft.pin_wrong"}, 403)
    try:
        held = opening.content(centre, found)
    except CannotOpen as error:
        return _page(request, known | {"problem": f"open.{error.key}"}, 503)
    with centre.database.writing() as connection:
        store.opened(connection, found.draft_id, centre.clock())
    if plain(form, "what") != "keep":
        return _form(request, centre, found, item, held)
    return _kept(request, centre, found, item, held, typed(form))


def _kept(request: Asked, centre: Centre, found: Draft, item: Item, held: DraftContent, said: Many) -> Response[str]:
    told, faults = fields.filled(item, dict(held.told), said, centre.today(), full=False)
    after = DraftContent(tuple(told.items()), held.seen, held.lodged)
    if not opening.keep(centre, found, after):
        return _page(request, {"problem": "draft.changed"}, 409)
    with centre.database.reading() as connection:
        now = store.find(connection, found.lookup) or found
    return _form(request, centre, now, item, after, faults=faults, kept=True)


def _form(
    request: Asked,
    centre: Centre,
    found: Draft,
    item: Item,
    held: DraftContent,
    *,
    faults: dict[str, str] | None = None,
    fresh: bool = False,
    kept: bool = False,
) -> Response[str]:
    told = dict(held.told)
    values: dict[str, Any] = {
        "found": found,
        "item": item,
        "code": opening.code_of(centre, found.draft_id),
        "pin": opening.pin_of(centre, found.draft_id),
        "fields": fields.shown(item, told, full=False),
        "left": len(fields.open_keys(item, told, full=False)),
        "faults": faults or {},
        "fresh": fresh,
        "kept": kept and not faults,
    }
    return _page(request, values, 422 if faults else 200, template="drafts/templates/fill.html")


def _stopped(request: Asked, form: Many) -> Response[str] | None:
    if not doorstep.is_ours(request, {doorstep.FIELD: plain(form, doorstep.FIELD)}):
        return _page(request, {"problem": "supplement.stale"}, 403)
    if not doorstep.lets(request):
        return _page(request, {"problem": "draft.busy"}, doorstep.TOO_MANY)
    return None


def _right(centre: Centre, found: Draft, pin: str) -> bool:
    """Whether this is its PIN; a wrong one is counted before anything is said."""
    if plain_code(pin) == opening.pin_of(centre, found.draft_id):
        return True
    with centre.database.writing() as connection:
        store.guessed(connection, found.draft_id)
    log.warning("draft_pin_wrong", draft=found.draft_id)
    return False


def _find(centre: Centre, code: str) -> tuple[Draft | None, Item | None]:
    now = centre.clock()
    with centre.database.reading() as connection:
        found = store.find(connection, centre.blind.lookup(PURPOSE, code))
        if found is None or now >= found.until:
            return None, None
        return found, catalogue.find(connection, found.item, now)


def _became(centre: Centre, found: Draft) -> dict[str, str] | None:
    """Number and state of the case it became: nothing personal."""
    if not found.case_number:
        return None
    with centre.database.reading() as connection:
        last = progress.last_of(connection, found.case_number)
    return {"number": found.case_number, "step": last}


def _page(request: Asked, values: dict[str, Any], status: int = 200, template: str = TEMPLATE) -> Response[str]:
    token = doorstep.token(request)
    nothing: dict[str, Any] = {"found": None, "item": None, "code": "", "problem": "", "became": None}
    language = language_of(request.query_params.get("lang", "")) or LANGUAGES[0]
    made = render(request, template, None, nothing | values | {"token": token}, language=language, status=status)
    secure = centre_of(request).settings.public_url.startswith("https:")
    return doorstep.handed_out(made, token, secure=secure)


pages = Router("/", route_handlers=[begin, began, draft, open_or_keep])
