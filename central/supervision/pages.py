"""Cards of supervision: the list with its filters in the URL, and what becomes of one until it is cleared."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.centre import Centre
from central.complaints import store as complaints
from central.database import Transaction
from central.mandates import rules as mandate_rules
from central.mandates import store as mandates
from central.mandates.kinds import Kind
from central.mandates.rules import Expiry, Wanted
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rights import Right
from central.people.rules import Session
from central.spreadsheet import XLSX, workbook
from central.supervision import rules, store
from central.supervision.rules import RULES, Card, Level
from central.trail import store as trail
from central.units import store as units
from central.web.page import Asked, centre_of, render
from central.web.words import Words

log = structlog.get_logger()
WORDS_LIMIT = 1000
_FILTERS = ("unit", "level", "rule", "state")


@get("/supervision", sync_to_thread=True)
def listed(request: Asked, session: SignedIn) -> Response[str]:
    """What the rules found; whoever only works in a unit sees that unit's."""
    centre = centre_of(request)
    chosen = _chosen(request)
    with centre.database.reading() as connection:
        found = _visible(connection, session, _read(centre, connection, chosen))
        values = {
            "cards": found,
            "counts": rules.counted(found),
            "units": store.units(connection),
            "chosen": chosen,
            "rules": list(RULES.values()),
            "levels": list(Level),
            "query": request.url.query,
        }
    return render(request, "supervision/templates/cards.html", session, values)


@get("/supervision/cards.xlsx", sync_to_thread=True)
def exported(request: Asked, session: SignedIn) -> Response[bytes]:
    """The same list in the fields of GB/T 39046 table 11."""
    centre, words = centre_of(request), Words(session.language)
    chosen = _chosen(request)
    with centre.database.reading() as connection:
        found = _visible(connection, session, _read(centre, connection, chosen, 50_000))
    fields = ("number", "rule_code", "level", "raised_at", "result", "unit", "subject", "explained", "cleared")
    rows = [_fields(centre, card, words) for card in found]
    body = workbook(words("cards.title"), [words(f"cards.{name}") for name in fields], rows)
    named = {"Content-Disposition": f'attachment; filename="cards-{centre.today()}.xlsx"', "Cache-Control": "no-store"}
    return Response(body, media_type=XLSX, headers=named)


def _fields(centre: Centre, card: Card, words: Words) -> list[object]:
    cleared = f"{card.cleared_by} {card.cleared_note}" if card.cleared_by else ""
    raised = card.raised_at.astimezone(centre.settings.zone)
    return [
        card.number,
        RULES[card.rule].code,
        words(f"card_level.{card.level.value}"),
        f"{raised:%Y-%m-%d %H:%M:%S}",
        f"{words('card_rule.' + card.rule)}：{card.title}",
        card.unit,
        words(f"card_subject.{card.subject.value}"),
        card.explained,
        cleared,
    ]


def _chosen(request: Asked) -> dict[str, str]:
    found = {name: request.query_params.get(name, "") for name in (*_FILTERS, "since")}
    return found | {"state": request.query_params.get("state", "open")}


def _read(centre: Centre, connection: Transaction, chosen: Mapping[str, str], most: int = store.MOST) -> list[Card]:
    unit, level, rule, state = ("" if chosen[name] == "every" else chosen[name] for name in _FILTERS)
    since = _since(centre, chosen)
    return store.listed(connection, unit=unit, level=level, rule=rule, state=state, since=since, most=most)


def _since(centre: Centre, chosen: Mapping[str, str]) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(chosen["since"]), time(), centre.settings.zone)
    except ValueError:
        return None


def _visible(connection: Transaction, session: Session, found: list[Card]) -> list[Card]:
    if session.may(Right.SUPERVISION_SEE):
        return found
    own = units.unit_of(connection, session.name)
    return [card for card in found if own and card.unit == own]


@get("/supervision/cards/{card_id:str}", sync_to_thread=True)
def one(request: Asked, session: SignedIn, card_id: FromPath[str]) -> Response[str]:
    """One with its evidence, what the unit says, and its trail."""
    return _one(request, session, card_id)


def _one(request: Asked, session: Session, card_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        card = _found(connection, session, card_id)
        values = {
            "card": card,
            "rule": RULES[card.rule],
            "trail": trail.of(connection, trail.CARD, [card_id]),
            "mandate": mandates.find(connection, card.mandate_id) if card.mandate_id else None,
            "may_supervise": session.may(Right.SUPERVISE),
            "problem": problem,
        }
    return render(request, "supervision/templates/card.html", session, values, status=status)


def _found(connection: Transaction, session: Session, card_id: str) -> Card:
    card = store.find(connection, card_id)
    if card is None or not _visible(connection, session, [card]):
        raise NotFoundException
    return card


@post("/supervision/cards/{card_id:str}/{act:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def move(
    request: Asked, session: SignedIn, form: Form, card_id: FromPath[str], act: FromPath[str]
) -> Response[str] | Redirect:
    """Explained by its unit; urged, supervised, cleared by supervision."""
    centre = centre_of(request)
    done = {"explain": _explain, "urge": _urge, "supervise": _supervise, "clear": _clear}.get(act)
    if done is None:
        raise NotFoundException
    words = clean_note(form.get("note", ""), WORDS_LIMIT)
    problem = "" if words else "cards.words_missing"
    if not problem:
        with centre.database.writing() as connection:
            card = _found(connection, session, card_id)
            problem = done(centre, connection, session, card, words)
    if problem:
        return _one(request, session, card_id, problem, 409 if problem == "cards.is_cleared" else 422)
    log.info("card_moved", card=card_id, act=act, who=session.name)
    centre.live.changed()
    return Redirect(f"/supervision/cards/{card_id}", status_code=303)


def _explain(centre: Centre, connection: Transaction, session: Session, card: Card, words: str) -> str:
    members = units.members(connection)
    if card.unit in members.values() and members.get(session.name) != card.unit:
        return "cards.not_yours"
    done = store.explain(connection, card.card_id, session.name, words, centre.clock())
    return "" if done else "cards.is_cleared"


def _urge(centre: Centre, connection: Transaction, session: Session, card: Card, words: str) -> str:
    done = store.urge(connection, card.card_id, session.name, words, centre.clock())
    return "" if done else "cards.is_cleared"


def _supervise(centre: Centre, connection: Transaction, session: Session, card: Card, words: str) -> str:
    mandate_id = order(centre, connection, session, card.title, card.unit, f"card:{card.card_id}")
    done = store.supervise(connection, card.card_id, session.name, mandate_id, words, centre.clock())
    return "" if done else "cards.is_supervised"


def order(centre: Centre, connection: Transaction, session: Session, title: str, unit: str, about: str) -> str:
    """督办: a mandate with its last day and its report within three working days. Returns its id."""
    now = centre.clock().astimezone(centre.settings.zone)
    wanted = Wanted(Kind.SUPERVISED, title[:120], "", unit, "", "", Expiry.ESCALATE, None, None, about)
    made = mandate_rules.made(wanted, secrets.token_hex(12), session.name, now, complaints.worktime(connection, now))
    mandates.add(connection, made)
    return made.mandate_id


def _clear(centre: Centre, connection: Transaction, session: Session, card: Card, words: str) -> str:
    try:
        rules.may_clear(card, session.name)
    except rules.Refused as error:
        return str(error)
    mandate = mandates.find(connection, card.mandate_id) if card.mandate_id else None
    if mandate is not None and mandate.closed_at is None:
        return "cards.mandate_open"
    done = store.clear(connection, card.card_id, session.name, words, centre.clock())
    return "" if done else "cards.is_cleared"


pages = Router("/", route_handlers=[listed, exported, one, move], dependencies={"session": Provide(signed_in)})
