"""The materials of a filing, one place each: how it can be there, its pages under the camera. Pure."""

from typing import Final

import msgspec

from contract.catalogue import Material
from contract.questions import DepartmentAsked, DepartmentFound
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.service import Known, Turn
from kiosk.journey.services.courtesies import known_word, person, unanswered, why_not
from kiosk.journey.services.filing import credit, papers, plan
from kiosk.journey.services.filing.choosing import NEXT, NONE_CHOSEN
from kiosk.journey.services.filing.moving import arrive, onward
from kiosk.journey.services.filing.state import Filing, Lodged, Shot, Way, lodge, untell, wrong

SHOOT: Final = "shoot"
TAKE: Final = "take"
RETAKE: Final = "retake"
MORE: Final = "more"
AFRESH: Final = "afresh"
OTHERWISE: Final = "otherwise"
BAD: Final = "bad"
SLOW: Final = 25.0
"""Seconds after which a camera that says nothing is asked again by the citizen."""
INSIST_AFTER: Final = 2
"""Bad pictures after which a citizen may hand one in all the same: a window looks at it."""
_ICONS: Final = {
    Way.SCAN: "camera", Way.CARD: "id-card", Way.LICENCE: "file-badge", Way.DEPARTMENT: "landmark",
    Way.COMMITMENT: "signature", Way.LATER: "clock", Way.NONE: "minus",
}  # fmt: skip


def material(f: Filing) -> Material | None:
    """The material of this place."""
    return papers.find(f, f.at.removeprefix(plan.PAPER)) if f.at.startswith(plan.PAPER) else None


def page(f: Filing, known: Known, what: Material) -> p.Page:
    """How it can be there; the camera; or what is there already."""
    lodged = f.paper(what.code)
    if f.asked:
        body: p.Body = p.Wait(p.word("filing.department_asked"), 8, "landmark")
        if credit.is_asking(f):
            body = p.Wait(p.word("filing.tolerance_asking"), 1, "landmark")
        return _page(f, what, body, "asked", pace=p.Pace.WAITS)
    waits = lodged is not None and lodged.way is Way.SCAN and not lodged.scans and not f.picked
    if f.shot is not None or waits:
        return _camera(f, known, what, lodged)
    if lodged is not None and lodged.scans and not f.picked:
        return _kept(f, what, lodged)
    return _ways(f, known, what)


def touched(f: Filing, known: Known, what: Material, event: e.Touch) -> Turn:
    """What a touch means for it."""
    lodged = f.paper(what.code)
    busy = bool(f.asked) or (f.shot is not None and f.shot.busy)
    match event:
        case _ if busy:
            return Turn(f)
        case e.Chose(value) if value in {offered.way for offered in papers.ways(f, known, what) if not offered.off}:
            return Turn(msgspec.structs.replace(f, typed=value, picked=("ways",), fault=""))
        case e.Acted(action) if action == NEXT and _choosing(f, lodged):
            return _chosen(f, known, what)
        case e.Acted(action) if action == NEXT and lodged is not None and lodged.scans:
            return onward(f, known)
        case e.Acted(action) if action in (SHOOT, RETAKE, MORE):
            return _shoot(f, known, what)
        case e.Acted(action) if action == TAKE and f.shot is not None and _good_enough(f):
            keeping = msgspec.structs.replace(f.shot, keeping=True, since=known.now)
            taken = msgspec.structs.replace(f, shot=keeping, fault="")
            return Turn(taken, (e.KeepScan(known.visit, f.shot.scan_id, what.code),))
        case e.Acted(action) if action == AFRESH and lodged is not None:
            return Turn(_lodged(f, Lodged(what.code, Way.SCAN)), _drop(known, lodged))
        case e.Acted(action) if action == OTHERWISE:
            let_go = (e.DropScan(known.visit, f.shot.scan_id),) if f.shot is not None else ()
            return Turn(msgspec.structs.replace(f, shot=None, picked=("ways",), typed="", fault=""), let_go)
        case _:
            return Turn(f)


def heard(f: Filing, known: Known, what: Material, event: e.News) -> Turn:
    """What the camera, the store, the centre or a department said."""
    if (answered := credit.heard(f, event)) is not None:
        return arrive(answered, known, f.at)
    match event, f.shot:
        case e.ScanSeen(_, request, scan_id, picture, verdict, findings), Shot() as shot if shot.request == request:
            bad = f.bad_shots + (verdict == BAD)
            seen = msgspec.structs.replace(shot, scan_id=scan_id, picture=picture, verdict=verdict, findings=findings)
            return Turn(msgspec.structs.replace(f, shot=seen, bad_shots=bad, fault=""))
        case e.ScanKept(_, scan_id), Shot() as shot if shot.keeping and shot.scan_id == scan_id:
            lodged = f.paper(what.code)
            before = lodged.scans if lodged is not None and lodged.way is Way.SCAN else ()
            kept = _lodged(f, Lodged(what.code, Way.SCAN, (*before, scan_id)))
            return Turn(msgspec.structs.replace(kept, shot=None, picked=(), bad_shots=0, fault=""))
        case e.ScanFailed(_, request, fault), Shot() as shot if request in (shot.request, shot.scan_id):
            return Turn(wrong(msgspec.structs.replace(f, shot=None), "filing.scan_failed", ("cause", fault)))
        case e.Ticked(), Shot() as shot if shot.busy and known.now - shot.since > SLOW:
            return Turn(wrong(msgspec.structs.replace(f, shot=None), "filing.scan_slow"))
        case e.Answered(_, request, DepartmentFound() as found), _ if request == f.asked:
            way = Way(f.typed) if f.typed in (Way.LICENCE, Way.DEPARTMENT) else Way.DEPARTMENT
            told = found.sections[0].facts[0].value if found.sections and found.sections[0].facts else found.as_of
            return onward(_lodged(f, Lodged(what.code, way, found=told)), known)
        case e.Answered(_, request, answer), _ if request == f.asked:
            return Turn(_not_found(f, why_not(answer)))
        case e.Unanswered(_, request, why), _ if request == f.asked:
            return Turn(_not_found(f, unanswered(why)))
        case _:
            return Turn(f)


def level(way: Way) -> p.Said:
    """The trust level in plain words."""
    return p.word(f"filing.level_{papers.LEVELS[way]}") if way in papers.LEVELS else p.word(f"filing.way_{way}")


def _choosing(f: Filing, lodged: Lodged | None) -> bool:
    return lodged is None or not lodged.scans or bool(f.picked)


def _chosen(f: Filing, known: Known, what: Material) -> Turn:
    offered = {one.way: one.off for one in papers.ways(f, known, what)}
    if f.typed not in offered or offered[Way(f.typed)]:
        return Turn(wrong(f, NONE_CHOSEN))
    way, before = Way(f.typed), f.paper(what.code)
    let_go = _drop(known, before) if before is not None else ()
    if way is Way.SCAN:
        kept = before if before is not None and before.way is way else Lodged(what.code, way)
        return Turn(msgspec.structs.replace(_lodged(f, kept), picked=(), fault=""))
    if way not in (Way.LICENCE, Way.DEPARTMENT):
        return onward(_lodged(f, Lodged(what.code, way)), known)._replace(effects=let_go)
    subject, request = f.subject(known), known.id(f"paper/{what.code}/{f.tries + 1}")
    if subject is None:
        return Turn(wrong(f, NONE_CHOSEN))
    question = DepartmentAsked(f.of.slug, what.connector, what.query, person(subject))
    asking = msgspec.structs.replace(f, asked=request, tries=f.tries + 1, fault="", said={})
    return Turn(asking, (e.AskCentre(known.visit, request, question),))


def _shoot(f: Filing, known: Known, what: Material) -> Turn:
    request = known.id(f"scan/{what.code}/{f.tries + 1}")
    let_go = (e.DropScan(known.visit, f.shot.scan_id),) if f.shot is not None else ()
    taking = msgspec.structs.replace(f, shot=Shot(request, known.now), tries=f.tries + 1, fault="")
    return Turn(taking, (*let_go, e.CaptureScan(known.visit, request, what.code)))


def _lodged(f: Filing, lodged: Lodged) -> Filing:
    """A list somebody has signed is signed again when it changes."""
    before = f.paper(lodged.code)
    ways = {lodged.way, before.way if before else lodged.way}
    if len(ways) > 1 or before is None:
        for way, name in ((Way.LATER, "tolerance"), (Way.COMMITMENT, "promise")):
            if way in ways:
                f = untell(f, f"sign.{name}")
                f = msgspec.structs.replace(f, seen=tuple(one for one in f.seen if one != name))
    return lodge(f, lodged)


def _not_found(f: Filing, said: p.Said) -> Filing:
    """Said in the department's own words where it has any; then there are other ways."""
    picked = msgspec.structs.replace(f, picked=("ways",))
    if isinstance(said, dict):
        return wrong(picked, "filing.said", said=said)
    return wrong(picked, said.key if isinstance(said, p.Word) else "unanswered.broken")


def _drop(known: Known, lodged: Lodged) -> tuple[e.Effect, ...]:
    return tuple(e.DropScan(known.visit, scan_id) for scan_id in lodged.scans)


def _good_enough(f: Filing) -> bool:
    return f.shot is not None and (f.shot.verdict != BAD or f.bad_shots >= INSIST_AFTER)


def _ways(f: Filing, known: Known, what: Material) -> p.Page:
    offered = papers.ways(f, known, what)
    options = tuple(
        p.Option(
            one.way,
            p.word(f"filing.way_{one.way}"),
            p.word(f"filing.way_{one.way}_note"),
            _ICONS[one.way],
            p.word(one.off) if one.off else "",
            chosen=one.way == f.typed,
        )
        for one in offered
    )
    lost = papers.camera_lost(f, known)
    window = p.word("filing.camera_lost", place=f.of.place, window=f.of.window)
    none = all(one.off for one in offered)
    main = p.Action(NEXT, p.word("frame.next"), off=p.word("closed.document_camera") if none else "")
    never = f.credit_said or p.word("filing.never_later") if papers.never_later(f, known, what) else ""
    return _page(f, what, p.Choose(options), "ways", main=main, trouble=window if lost else never)


def _camera(f: Filing, known: Known, what: Material, lodged: Lodged | None) -> p.Page:
    kept = len(lodged.scans) if lodged else 0
    shot = f.shot
    findings = tuple(known_word(_finding(one), "filing.finding") for one in shot.findings) if shot else ()
    body = p.Scan(
        what.name,
        picture=shot.picture if shot else "",
        verdict=shot.verdict if shot else "",
        findings=findings,
        kept=kept,
        busy=shot is not None and shot.busy,
        sample=what.sample,
    )
    otherwise = p.Action(OTHERWISE, p.word("filing.otherwise"), "list-checks")
    if shot is not None and shot.busy:
        return _page(f, what, body, "scan", pace=p.Pace.WAITS)
    if shot is None:
        lost = papers.camera_lost(f, known)
        main = p.Action(SHOOT, p.word("filing.shoot"), "camera", off=p.word("closed.document_camera") if lost else "")
        trouble = p.word("filing.camera_lost", place=f.of.place, window=f.of.window) if lost else ""
        return _page(f, what, body, "scan", main=main, second=(otherwise,), trouble=trouble)
    again = p.Action(RETAKE, p.word("filing.retake"), "rotate-ccw")
    take = p.Action(TAKE, p.word("filing.take"), "check")
    if shot.verdict != BAD:
        return _page(f, what, body, "seen", main=take, second=(again,))
    insist = (msgspec.structs.replace(take, label=p.word("filing.insist")),) if _good_enough(f) else ()
    return _page(f, what, body, "seen", main=again, second=(*insist, otherwise))


def _kept(f: Filing, what: Material, lodged: Lodged) -> p.Page:
    blocks: tuple[p.Block, ...] = (
        p.Bullet(p.word("scan.kept", count=str(len(lodged.scans))), mark="done"),
        p.Bullet(level(Way.SCAN), mark="info"),
    )
    second = (
        p.Action(MORE, p.word("filing.more"), "plus"),
        p.Action(AFRESH, p.word("filing.afresh"), "rotate-ccw"),
        p.Action(OTHERWISE, p.word("filing.otherwise"), "list-checks"),
    )
    if len(lodged.scans) < what.pages:
        short = p.Line(p.word("filing.pages", kept=str(len(lodged.scans)), all=str(what.pages)), p.Tone.ATTENTION)
        more = p.Action(MORE, p.word("filing.next_page"), "camera")
        done = p.Action(NEXT, p.word("filing.pages_all"), "check")
        return _page(f, what, p.Read((short, *blocks)), "kept", main=more, second=(done, second[1]))
    return _page(f, what, p.Read(blocks), "kept", main=p.Action(NEXT, p.word("frame.next")), second=second)


def _finding(key: str) -> str:
    return key if key.startswith("scan.") else f"scan.{key}"


def _page(f: Filing, what: Material, body: p.Body, name: str, **more: object) -> p.Page:
    choosing = isinstance(body, p.Choose)
    note = p.word("filing.ways_why") if choosing else what.note or p.word("filing.paper_why")
    return p.Page(
        f"filing.{f.at}.{name}",
        what.name,
        body,
        why=note,
        personal=True,
        may_back=not f.asked,
        **more,  # type: ignore[arg-type]  # fields of the page
    )
