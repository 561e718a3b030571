"""What news means: devices, results of what was asked for, and what could not be done. Pure."""

from dataclasses import replace

from kiosk.technician import drafts
from kiosk.technician import effects as f
from kiosk.technician import events as e
from kiosk.technician.session import Session, Step, ended
from kiosk.technician.values import Notice, Page, Plan


def hear(s: Session, event: e.Event) -> Step:
    """Inside: results end what was being done."""
    match event:
        case e.SearchEnded():
            return ended(s, "search"), ()
        case e.CheckEnded(name, checked):
            done = s.work is not None and (s.work.what, s.work.name) == (f"check.{checked.level}", name)
            rest = tuple(old for old in s.checks.get(name, ()) if old.level != checked.level)
            kept = replace(s, checks={**s.checks, name: (*rest, checked)})
            return (replace(kept, work=None, touched_at=s.now) if done else kept), ()
        case e.StepTold(texts) if s.work is not None and s.work.what == "commission":
            return replace(s, notice=Notice("attention", texts=texts), touched_at=s.now), ()
        case e.Commissioned(name, options):
            proved = replace(ended(s, "commission"), notice=Notice("good", "technician.commission.done"))
            return drafts.learned(proved, name, options)
        case e.RevisionSaved(number, plan):
            told = Notice("good", "technician.revision.saved", {"number": str(number)})
            kept = replace(ended(s, "save"), saved=plan, draft=plan, notice=told)
            return kept, (*_refits(s.draft, plan), f.ReadRevisions())
        case e.ChainMoved(steps, over):
            moved = replace(s, chain=steps, touched_at=s.now)
            waits = any(step.state == "yours" for step in steps)
            return (ended(moved, "chain") if over or waits else moved), ()
        case e.Exported(what, path):
            return replace(ended(s, "export"), exported=(*s.exported, (what, path))), ()
        case e.PersonAdded(names):
            told = Notice("good", "technician.people.added", {"name": s.new_person})
            return replace(ended(s, "person"), people=names, new_person="", notice=told), ()
        case e.WorkFailed(texts):
            return replace(s, work=None, notice=Notice("wrong", texts=texts)), ()
        case _:
            return learn(s, event), ()


def _refits(held: Plan, plan: Plan) -> tuple[f.Refit, ...]:
    """What an undone revision changes under the devices' feet."""
    names = sorted({*held.devices, *plan.devices})
    changed = [name for name in names if held.devices.get(name) != plan.devices.get(name)]
    return tuple(f.Refit(name, plan.devices.get(name)) for name in changed)


def learn(s: Session, event: e.Event) -> Session:
    """What is true whoever looks, also while the door is shut."""
    match event:
        case e.DeviceSeen(name, seen):
            return replace(s, seen={**s.seen, name: seen}) if name in s.draft.devices else s
        case e.CountsSeen(name, care):
            return replace(s, care={**s.care, name: care})
        case e.ChecksKept(checks):
            return replace(s, checks=checks)
        case e.FramesSeen(name, frames) if name == s.name and s.page is Page.DEVICE:
            return replace(s, frames=frames)
        case e.PortTried(port, found):
            others = tuple(old for old in s.ports if old.path != port.path)
            fresh = tuple(one for one in found if one not in s.found)
            return replace(s, ports=(*others, port), found=(*s.found, *fresh))
        case e.RevisionsRead(revisions):
            return replace(s, revisions=revisions)
        case e.PeopleRead(names):
            return replace(s, people=names)
        case _:
            return s
