"""One version on its way: which group has it, who has read it, what went wrong; stop, go on, go back."""

import structlog
from litestar import Router, get, post
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Response

from central.cases.rules import clean_note
from central.catalogue import acting, rules, store
from central.catalogue.rules import EVERYBODY, Next, State
from central.people.access import Form, SignedIn, form_fields, signed_in
from central.people.rules import Session
from central.web.page import Asked, centre_of, render

REASON_LIMIT = 200
ACTS = {"stop": State.RUNNING, "resume": State.STOPPED, "back": None}
log = structlog.get_logger()


@get("/rollouts/{rollout_id:str}", sync_to_thread=True)
def shown(request: Asked, session: SignedIn, rollout_id: FromPath[str]) -> Response[str]:
    """Its groups with their terminals, and every step so far."""
    return _shown(request, session, rollout_id)


def _shown(request: Asked, session: Session, rollout_id: str, problem: str = "", status: int = 200) -> Response[str]:
    centre = centre_of(request)
    with centre.database.reading() as connection:
        rollout = store.find(connection, rollout_id)
        if rollout is None:
            raise NotFoundException
        seen = store.seen(connection, rollout, centre.clock())
        steps = store.steps(connection, rollout_id)
    found = rules.troubles(rollout, seen)
    of = {one.terminal: one for one in seen}
    values = {
        "rollout": rollout,
        "groups": [
            (
                at,
                [of[name] for name in group if name in of] if EVERYBODY not in group else list(seen),
                EVERYBODY in group,
            )
            for at, group in enumerate(rollout.groups)
        ],
        "troubles": found,
        "errors": rules.errors(found),
        "steps": steps,
        "is_open": rollout.state in rules.OPEN,
        "can_go_back": rollout.state in rules.OPEN or rollout.state is State.DONE,
        "states": State,
        "problem": problem,
    }
    return render(request, "catalogue/templates/rollout.html", session, values, status=status)


@post("/rollouts/{rollout_id:str}/{what:str}", sync_to_thread=True, dependencies={"form": Provide(form_fields)})
def act(
    request: Asked, session: SignedIn, form: Form, rollout_id: FromPath[str], what: FromPath[str]
) -> Response[str] | Redirect:
    """Stop it, let it go on, or take it back; each with a reason."""
    centre = centre_of(request)
    if what not in ACTS:
        raise NotFoundException
    with centre.database.reading() as connection:
        rollout = store.find(connection, rollout_id)
        seen = store.seen(connection, rollout, centre.clock()) if rollout is not None else []
        newest = store.published(connection).get(rollout.slug) if rollout is not None else None
    if rollout is None:
        raise NotFoundException
    why = clean_note(form.get("why", ""), REASON_LIMIT)
    if not why:
        return _shown(request, session, rollout_id, "catalogue.why_missing", 422)
    overtaken = rollout.state is State.DONE and (newest is None or newest.body != rollout.body)
    if overtaken or (ACTS[what] is not None and rollout.state is not ACTS[what]) or rollout.state is State.BACK:
        return _shown(request, session, rollout_id, "catalogue.not_now", 409)
    if what == "stop":
        done = acting.take(centre, rollout, seen, Next.STOP, session.name, why)
    elif what == "resume":
        done = acting.resume(centre, rollout, seen, session.name, why)
    else:
        done = acting.roll_back(centre, rollout, session.name, why)
    if not done:
        return _shown(request, session, rollout_id, "catalogue.not_now", 409)
    return Redirect(f"/rollouts/{rollout_id}", status_code=303)


pages = Router("/", route_handlers=[shown, act], dependencies={"session": Provide(signed_in)})
