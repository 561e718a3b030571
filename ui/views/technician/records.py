"""Revisions, exports, people, and the way out. Pure."""

from typing import Final

from kiosk.technician import events as e
from kiosk.technician.values import Presence, Revision, Seen
from ui.views.technician.overview import tone_of
from ui.views.technician.sheet import ICONS, Look, Part, Row, Sheet, SheetView, changes

_OUTCOME_TONES: Final = {"pending": "attention", "kept": "good", "taken_back": "wrong", "undone": "quiet"}


def revisions_view(look: Look) -> SheetView:
    """What is not saved, and what was."""
    s, say = look.session, look.say
    sheet = Sheet(look, say("technician.way.revisions"), say("technician.revision.lead"))
    if s.dirty:
        sheet.heading(say("technician.revision.now"))
        for line in changes(look, s.saved, s.draft):
            sheet.words(line, "attention")
    sheet.heading(say("technician.revision.earlier"))
    if not s.revisions:
        sheet.words(say("technician.revision.none"))
    for revision in s.revisions:
        row = Row(
            "device",
            f"revision.{revision.number}",
            say("technician.revision.one", number=revision.number, by=revision.by),
            say("join.facts").join((revision.at, *revision.changes[:1])),
            say(f"technician.outcome.{revision.outcome}"),
            _OUTCOME_TONES.get(revision.outcome, "plain"),
            "file-text",
        )
        sheet.row(row, e.RevisionOpened(revision.number))
    if s.dirty:
        sheet.main(Part("main", say("technician.save"), "save", able=s.work is None), e.SaveAsked())
        sheet.second(Part("second", say("technician.drop"), "rotate-ccw", able=s.work is None), e.DraftDropped())
    elif _can_undo(s.revisions):
        sheet.main(Part("main", say("technician.revision.undo"), "rotate-ccw", able=s.work is None), e.UndoAsked())
    return sheet.view()


def revision_view(look: Look) -> SheetView:
    """One revision: who, when, what became of it, and what it changed."""
    s, say = look.session, look.say
    revision = next((one for one in s.revisions if one.number == s.revision), Revision(0, "", "", "undone", ()))
    sheet = Sheet(look, say("technician.revision.one", number=revision.number, by=revision.by), revision.at)
    tone = _OUTCOME_TONES.get(revision.outcome, "plain")
    sheet.fact(say("technician.revision.outcome"), say(f"technician.outcome.{revision.outcome}"), tone)
    sheet.words(say(f"technician.outcome_why.{revision.outcome}"))
    sheet.heading(say("technician.revision.changes"))
    for line in revision.changes:
        sheet.row(Row("frame", note=line, tone="in" if line.startswith("+") else "out"))
    if not revision.changes:
        sheet.words(say("technician.revision.nothing"))
    return sheet.view()


def export_view(look: Look) -> SheetView:
    """Files to take along."""
    s, say = look.session, look.say
    sheet = Sheet(look, say("technician.way.export"), say("technician.export.lead"))
    free = s.work is None
    for what, icon in (("recordings", "activity"), ("report", "file-text")):
        row = Row(
            "go", f"export.{what}", say(f"technician.export.{what}"), say(f"technician.export_why.{what}"),
            icon=icon, able=free,
        )  # fmt: skip
        sheet.row(row, e.ExportAsked(what))
    if s.exported:
        sheet.heading(say("technician.export.written"))
    for what, path in reversed(s.exported):
        sheet.row(
            Row(
                "fact",
                title=say(f"technician.export.{what}"),
                note=path,
                value=say("technician.export.done"),
                tone="good",
            )
        )
    return sheet.view()


def people_view(look: Look) -> SheetView:
    """Who may come in."""
    s, say = look.session, look.say
    sheet = Sheet(look, say("technician.way.people"), say("technician.people.lead"))
    for name in s.people:
        sheet.row(Row("fact", title=name, value=say("technician.people.you") if name == s.who else ""))
    if s.work is not None and s.work.what == "person":
        sheet.words(say("technician.people.lay"), "attention")
    sheet.main(Part("main", say("technician.people.add"), "user-plus", able=s.work is None), e.TypingAsked("person"))
    return sheet.view()


def leave_view(look: Look) -> SheetView:
    """Back to the citizens, and in which state."""
    s, say = look.session, look.say
    if s.left:
        return Sheet(look, say("technician.leave.gone"), say("technician.leave.gone_why")).view()
    seen = {name: s.seen.get(name, Seen()) for name in sorted(s.draft.devices)}
    well = all(one.presence is Presence.READY for one in seen.values())
    lead = say("technician.leave.well" if well and seen else "technician.leave.not_well")
    sheet = Sheet(look, say("technician.leave.title"), lead)
    for name, one in seen.items():
        word = say(f"technician.presence.{one.presence.value}")
        tone = tone_of(one)
        sheet.row(
            Row(
                "fact", title=look.kind(name), note=look.text(one.what), value=word, tone=tone, icon=ICONS.get(name, "")
            )
        )
    if s.dirty:
        sheet.words(say("technician.leave.unsaved"), "wrong")
        sheet.main(Part("main", say("technician.save"), "save", able=s.work is None), e.SaveAsked())
        drop = Part("second", say("technician.leave.without_saving"), "log-out", able=s.work is None)
        sheet.second(drop, e.LeaveConfirmed())
    else:
        if any(revision.outcome == "pending" for revision in s.revisions):
            sheet.words(say("technician.leave.pending"), "attention")
        sheet.main(Part("main", say("technician.leave.way"), "log-out", able=s.work is None), e.LeaveConfirmed())
        walk = Part("second", say("technician.leave.walk"), "footprints", able=s.work is None)
        sheet.second(walk, e.LeaveConfirmed(walk=True))
    return sheet.view()


def _can_undo(revisions: tuple[Revision, ...]) -> bool:
    return bool(revisions) and revisions[0].outcome in ("pending", "kept")
