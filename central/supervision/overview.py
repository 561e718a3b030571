"""What supervision sees of the whole: counters of units, coverage, risks, notices to units, moments of a case."""

import secrets
from datetime import timedelta

import msgspec
import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases import store as cases
from central.cases.rules import clean_note
from central.feed.catalogue import store as catalogue
from central.openings import store as openings
from central.openings.store import Opening
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.supervision import rules, store
from central.supervision.moments import rules as moment_rules
from central.supervision.moments import store as moments
from central.supervision.pages import WORDS_LIMIT, order
from central.supervision.risks import rules as risk_rules
from central.supervision.risks import store as risks
from central.web.page import Asked, centre_of, render
from contract.catalogue import DEFAULT_LANGUAGE, say

log = structlog.get_logger()
_MANY = 50_000
COUNTED = (30, 90, 365)
VIDEO = "video"


@get("/supervision/units", sync_to_thread=True)
def counters(request: Asked, session: SignedIn) -> Response[str]:
    """Yellow and red cards of each unit (DB-09); the days are in the URL."""
    centre, days = centre_of(request), _days(request)
    with centre.database.reading() as connection:
        found = store.listed(connection, since=centre.clock() - timedelta(days=days), most=_MANY)
    counts = rules.counted(found)
    most = max((one.yellow + one.red for one in counts), default=1)
    values = {"counts": counts, "most": most, "days": days, "choices": COUNTED}
    return render(request, "supervision/templates/units.html", session, values)


def _days(request: Asked) -> int:
    asked = request.query_params.get("days", "30")
    return int(asked) if asked in {str(one) for one in COUNTED} else COUNTED[0]


@get("/supervision/coverage", sync_to_thread=True)
def covered(request: Asked, session: SignedIn) -> Response[str]:
    """Items and steps that are watched against all there are (DB-02)."""
    centre = centre_of(request)
    with centre.database.reading() as connection:
        items = catalogue.every(connection, centre.clock())
    found = rules.coverage([(item.slug, item.promised_limit.amount) for item in items])
    titles = {item.slug: say(item.title, session.language) for item in items}
    values = {"found": found, "titles": titles}
    return render(request, "supervision/templates/coverage.html", session, values)


@get("/supervision/risks", sync_to_thread=True)
def risky(request: Asked, session: SignedIn) -> Response[str]:
    """Windows by what happened there (DB-11)."""
    centre, days = centre_of(request), _days(request)
    since = centre.clock() - timedelta(days=days)
    with centre.database.reading() as connection:
        items = catalogue.every(connection, centre.clock())
        windows = {
            item.slug: (say(item.window, DEFAULT_LANGUAGE), say(item.department, DEFAULT_LANGUAGE)) for item in items
        }
        titles = cases.titles(connection, since.date().isoformat())
        found = risk_rules.risks(windows, risks.happened(connection, since), risks.cases(connection, since))
    values = {"risks": found, "weights": risk_rules.WEIGHTS, "days": days, "choices": COUNTED, "titles": titles}
    return render(request, "supervision/templates/risks.html", session, values)


@get("/supervision/notices", sync_to_thread=True)
def notices(request: Asked, session: SignedIn) -> Response[str]:
    """通报督办 (DB-10): which units have cards nobody has cleared, and the notices that were given."""
    return _notices(request, session)


def _notices(request: Asked, session: Session, problem: str = "", status: int = 200) -> Response[str]:
    with centre_of(request).database.reading() as connection:
        open_ = store.listed(connection, state="open", most=_MANY)
        values = {"counts": rules.counted(open_), "given": store.given(connection), "problem": problem}
    return render(request, "supervision/templates/notices.html", session, values, status=status)


@post("/supervision/notices", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def give(request: Asked, session: SignedIn, form: Form) -> Response[str] | Redirect:
    """A notice over the open cards of one unit, with an order that is supervised."""
    centre = centre_of(request)
    unit, words = form.get("unit", ""), clean_note(form.get("words", ""), WORDS_LIMIT)
    notice_id = secrets.token_hex(12)
    with centre.database.writing() as connection:
        found = [card for card in store.listed(connection, unit=unit, state="open") if unit and not card.mandate_id]
        if found and words:
            mandate_id = order(centre, connection, session, f"{unit}：{words}", unit, f"notice:{notice_id}")
            ids = [card.card_id for card in found]
            for card_id in ids:
                store.supervise(connection, card_id, session.name, mandate_id, words, centre.clock())
            row: dict[str, object] = {
                "notice_id": notice_id,
                "unit": unit,
                "cards": msgspec.json.encode(ids).decode(),
                "words": words,
            }
            row |= {"accountable": int(form.get("accountable") == "yes"), "mandate_id": mandate_id}
            store.give_notice(connection, row | {"made_by": session.name, "made_at": centre.clock()})
    if not found or not words:
        return _notices(request, session, "notices.nothing" if words else "cards.words_missing", 422)
    log.info("notice_given", notice=notice_id, unit=unit, who=session.name)
    centre.live.changed()
    return Redirect(f"/supervision/notices/{notice_id}", status_code=303)


@get("/supervision/notices/{notice_id:str}", sync_to_thread=True)
def notice(request: Asked, session: SignedIn, notice_id: FromPath[str]) -> Response[str]:
    """One as the unit gets it, on paper too; each line leads to its evidence."""
    with centre_of(request).database.reading() as connection:
        found = store.notice(connection, notice_id)
        if found is None:
            raise NotFoundException
        values = {"notice": found, "cards": store.some(connection, found.card_ids), "rules": rules.RULES}
    return render(request, "supervision/templates/notice.html", session, values)


@get("/supervision/moments/{case_id:str}", sync_to_thread=True)
def when(request: Asked, session: SignedIn, case_id: FromPath[str]) -> Response[str]:
    """The moments of a case and where the hall's video index has them (DB-12). The look is kept before it is shown."""
    centre = centre_of(request)
    limits = centre.settings.supervision
    with centre.database.writing() as connection:
        case = cases.find(connection, case_id)
        if case is None:
            raise NotFoundException
        openings.note(connection, Opening(VIDEO, case_id, session.name, centre.clock(), "录像索引"))
    with centre.database.reading() as connection:
        found = moments.of_case(connection, case_id, centre.settings.zone)
        looks = openings.of(connection, VIDEO, [case_id])
    around = timedelta(seconds=limits.video_seconds)
    links = [(one, moment_rules.link(limits.video_url, one, around)) for one in found]
    values = {"case": case, "moments": links, "looks": looks, "connected": bool(limits.video_url)}
    return render(request, "supervision/templates/moments.html", session, values)


pages = Router(
    "/",
    route_handlers=[counters, covered, risky, notices, give, notice, when],
    dependencies={"session": Provide(signed_in)},
)
