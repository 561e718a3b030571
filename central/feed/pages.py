"""What is in force on the terminals and who has read it; switches and commands, each asked twice before it is given."""

import secrets
from typing import Any

from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.feed import acts, rules, store
from central.feed.rules import COMMANDS, Draft, Invalid
from central.fleet import store as fleet
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render
from contract.feed import FeedKind

MINUTES = (15, 60, 240, 1440)


@get("/directions", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """Everything a person directed that is in force, and how far each terminal has read."""
    return render(request, "feed/templates/directions.html", session, _known(request, session))


def _known(request: Asked, session: Session) -> dict[str, Any]:
    centre = centre_of(request)
    now = centre.clock()
    with centre.database.reading() as connection:
        # One kind at a time: many commands must not push a switch off the page.
        found = [one for kind in rules.SHOWN for one in store.in_force(connection, [kind], now)]
        if session.halls:
            mine = {rules.EVERYBODY, *(terminal.id for terminal in fleet.everyone(connection))}
            found = [one for one in found if one.audience in mine]
        commands = [one for one in found if one.kind == FeedKind.COMMAND]
        return {
            "items": store.known_items(connection, now, (centre.today() - acts.TITLES_OF).isoformat()),
            "switches": {one.key: one for one in reversed(found) if one.kind == FeedKind.SWITCH},
            "notices": [one for one in found if one.kind == FeedKind.NOTICE and one.body],
            "commands": commands,
            "outcomes": store.outcomes(connection, [one.key for one in commands]),
            "others": [one for one in found if one.kind in {"catalogue", "calendar", "sites", "tags", "settings"}],
            "readers": store.readers(connection),
            "problem": "",
        }


@post("/directions/switch", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def switch(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """Switch an item off for everybody, with the reason citizens read, or on again."""
    item, on = form.get("item", ""), form.get("on", "") == "yes"
    known = _known(request, session)
    if item not in known["items"]:
        raise NotFoundException
    try:
        draft = rules.switch_draft(item, on=on, reason=_reason(form), by=session.name)
    except Invalid:
        values = known | {"problem": "directions.reason_missing"}
        return render(request, "feed/templates/directions.html", session, values, status=422)
    asked = f"directions.ask_{'on' if on else 'off'}"
    return _give(request, session, form, draft, {"asked": asked, "what": known["items"][item], "back": "/directions"})


@post("/terminals/{terminal:str}/command", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def command(request: Asked, session: SignedIn, form: Form, terminal: FromPath[str]) -> Response[str] | Redirect:
    """Have one terminal do something once."""
    centre = centre_of(request)
    what, minutes = form.get("what", ""), form.get("minutes", "")
    with centre.database.reading() as connection:
        known = fleet.find(connection, terminal) is not None
    if not known or what not in COMMANDS or minutes not in {str(choice) for choice in MINUTES}:
        raise NotFoundException
    command_id = secrets.token_hex(8)
    try:
        draft = rules.command_draft(
            command_id, what, terminal, int(minutes), centre.clock(), session.name, _reason(form)
        )
    except Invalid:
        values = {"problem": "directions.reason_missing", "back": f"/terminals/{terminal}"}
        return render(request, "feed/templates/refused.html", session, values, status=422)
    values = {"asked": f"directions.ask_{what}", "what": terminal, "back": f"/terminals/{terminal}"}
    return _give(request, session, form, draft, values)


def _give(
    request: Asked, session: Session, form: dict[str, str], draft: Draft, values: dict[str, Any]
) -> Response[str] | Redirect:
    """Ask once more; then do it."""
    if form.get("sure", "") != "yes":
        kept = {name: value for name, value in form.items() if name not in {"csrf", "sure"}}
        values |= {"kept": kept, "action": request.url.path, "reason": _reason(form)}
        return render(request, "feed/templates/confirm.html", session, values, status=200)
    centre = centre_of(request)
    acts.direct(centre.database, centre.keys, [draft], centre.clock())
    centre.live.changed()
    return Redirect(values["back"], status_code=303)


def _reason(form: dict[str, str]) -> dict[str, str]:
    said = {"zh-Hans": form.get("reason_zh", ""), "en": form.get("reason_en", "")}
    return {language: text for language, text in said.items() if text.strip()}


pages = Router("/", route_handlers=[listed, switch, command], dependencies={"session": Provide(signed_in)})
