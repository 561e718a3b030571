"""What a citizen reads of a case that is under way: what was brought later, each licence of a set, the parcel. Pure."""

from contract.deliveries import Posted
from contract.questions import CaseStands
from kiosk.journey import page as p


def blocks(case: CaseStands) -> list[p.Block]:
    """In the order in which they matter."""
    found: list[p.Block] = []
    if case.handed_in:
        found.append(p.Heading(p.word("progress.handed_in")))
        found += [p.Bullet(name, mark="done") for name in case.handed_in]
    if case.licences:
        found.append(p.Heading(p.word("progress.licences", count=str(len(case.licences)))))
        found += [
            p.Entry(one.title, p.Listed((one.state, one.serial), "clause") if one.serial else one.state)
            for one in case.licences
        ]
    if case.posted is not None:
        found += _parcel(case.posted)
    return found


def _parcel(posted: Posted) -> list[p.Block]:
    """BJ-20: where it is; what a silent courier said last is told with its age."""
    found: list[p.Block] = [
        p.Heading(p.word("progress.posted")),
        p.Entry(p.word("progress.waybill"), posted.waybill),
        p.Entry(p.word("progress.sender"), p.Listed((posted.sender, p.Day(posted.sent_on)), "clause")),
        p.Line(p.word("progress.post_free" if posted.free else "progress.post_paid")),
    ]
    if posted.stale:
        told = p.word("progress.stale", time=p.Moment(posted.as_of)) if posted.as_of else p.word("progress.no_track")
        found.append(p.Line(told, p.Tone.ATTENTION))
    found += [p.Bullet(p.Listed((p.Moment(move.at), move.what), "facts"), move.place, "truck") for move in posted.moves]
    return found
