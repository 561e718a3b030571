"""What a touch means once the door is open. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import msgspec

from kiosk.technician import drafts
from kiosk.technician import effects as f
from kiosk.technician import events as e
from kiosk.technician.session import CARD_MM, Session, Step, back, begin, enter
from kiosk.technician.values import ChainStep, Notice, Page, Tab, Typing

CHECK_SECONDS: Final = 35.0
_SECONDS: Final[Mapping[str, float]] = {
    "search": 150.0,
    "save": 15.0,
    "undo": 15.0,
    "export.recordings": 30.0,
    "export.report": 90.0,
    "chain": 90.0,
    "person": 45.0,
    "commission": 130.0,
}
"""How long each may take until the screen says that it did not end in time; the bench's own deadlines are shorter."""
CHAIN_STEPS: Final = ("printer", "page", "camera", "compare")
CARD_NARROWEST_PX: Final = 80.0


def touch(s: Session, event: e.Touch) -> Step:
    """Navigation first, then what changes the draft, then what begins work."""
    match event:
        case e.LanguageChosen(language):
            return replace(s, language=language), ()
        case e.NoticeClosed():
            return replace(s, notice=None), ()
        case e.WentBack():
            return _left_behind(s, back(s))
        case e.PageOpened(page):
            return _open(s, page)
        case e.DeviceOpened(name) if name in s.draft.devices:
            return enter(replace(s, name=name, tab=Tab.STATE), Page.DEVICE), ()
        case e.TabChosen(tab):
            return _tab(s, tab)
        case e.RevisionOpened(number):
            return enter(replace(s, revision=number), Page.REVISION), ()
        case e.TypingAsked() | e.KeyTyped() | e.ShiftTyped():
            return _typing(s, event), ()
        case _ if s.work is None:
            return _act(s, event)
        case _:
            return s, ()


def _open(s: Session, page: Page) -> Step:
    effects: tuple[f.Effect, ...] = ()
    if page is Page.REVISIONS:
        effects = (f.ReadRevisions(),)
    if page is Page.CHAIN:
        s = replace(s, chain=tuple(ChainStep(name, "ahead") for name in CHAIN_STEPS))
    return enter(s, page), effects


def _tab(s: Session, tab: Tab) -> Step:
    shown = replace(s, tab=tab, frames=(), notice=None)
    was, wanted = s.tab is Tab.FRAMES, tab is Tab.FRAMES
    return shown, (() if was == wanted else (f.WatchFrames(s.name if wanted else ""),))


def _left_behind(before: Session, after: Session) -> Step:
    watched = before.page is Page.DEVICE and before.tab is Tab.FRAMES
    stays = after.page is Page.DEVICE
    return replace(after, frames=() if watched else after.frames), (
        (f.WatchFrames(""),) if watched and not stays else ()
    )


def _typing(s: Session, event: e.TypingAsked | e.KeyTyped | e.ShiftTyped) -> Session:
    match event:
        case e.TypingAsked(what, text):
            return enter(replace(s, typing=Typing(what, text, secret=what == "pin")), Page.TYPE)
        case e.KeyTyped(key) if s.typing is not None:
            now = s.typing.text
            text = {"erase": now[:-1], "clear": ""}.get(key, (now + key)[:120])
            return replace(s, typing=msgspec.structs.replace(s.typing, text=text, shift=False))
        case e.ShiftTyped() if s.typing is not None:
            return replace(s, typing=msgspec.structs.replace(s.typing, shift=not s.typing.shift))
        case _:
            return s


def _act(s: Session, event: e.Touch) -> Step:
    """Only while nothing is being done."""
    match event:
        case e.DeviceAdded() | e.DeviceRemoved() | e.AddressSet() | e.OptionSet() | e.FoundChosen() | e.DraftDropped():
            return drafts.edit(s, event)
        case e.WidthMoved(pixels):
            card = max(CARD_NARROWEST_PX, min(s.width_px * 0.98, s.card_px + pixels))
            width = round(s.width_px * CARD_MM / card, 1)
            return replace(s, draft=msgspec.structs.replace(s.draft, width_mm=width)), ()
        case e.RefillNoted(name):
            told = Notice("good", "technician.care.refilled")
            return replace(s, notice=told), (f.NoteRefill(name),)
        case e.LeaveConfirmed(walk):
            return replace(s, left=True, page=Page.LEAVE, trail=()), (f.Leave(idle=False, walk=walk),)
        case e.TypingDone() if s.typing is not None:
            return _typed(s, s.typing)
        case _:
            return _work(s, event)


def _work(s: Session, event: e.Touch) -> Step:
    match event:
        case e.FindAsked(name):
            searching = replace(s, name=name or s.name, ports=(), found=())
            shown = searching if s.page is Page.FIND else enter(searching, Page.FIND)
            return begin(shown, "search", _SECONDS["search"]), (f.Search(s.draft, name),)
        case e.CheckAsked(level):
            return begin(s, f"check.{level}", CHECK_SECONDS, s.name), (f.Check(s.name, level),)
        case e.CommissionAsked():
            return begin(s, "commission", _SECONDS["commission"], s.name), (f.Commission(s.name),)
        case e.ChainAsked():
            return begin(s, "chain", _SECONDS["chain"]), (f.BeginChain(),)
        case e.PageLaid():
            return begin(s, "chain", _SECONDS["chain"]), (f.GoOnChain(),)
        case e.SaveAsked() if s.dirty:
            return begin(s, "save", _SECONDS["save"]), (f.SaveRevision(s.saved, s.draft, s.who),)
        case e.UndoAsked() if not s.dirty:
            return begin(s, "save", _SECONDS["undo"]), (f.UndoRevision(s.who),)
        case e.ExportAsked(what):
            return begin(s, "export", _SECONDS[f"export.{what}"]), (f.Export(what),)
        case _:
            return s, ()


def _typed(s: Session, typing: Typing) -> Step:
    text = typing.text.strip()
    match typing.what:
        case "person" if text:
            return replace(s, new_person=text, typing=Typing("pin", secret=True)), ()
        case "pin" if text.isdigit() and 6 <= len(text) <= 12:
            waiting = begin(back(s), "person", _SECONDS["person"])
            return waiting, (f.AddPerson(s.new_person, text, s.who),)
        case "serial" if text:
            told = Notice("good", "technician.care.replaced", {"serial": text})
            return replace(back(s), notice=told), (f.NoteReplacement(s.name, text),)
        case "person" | "pin" | "serial":
            return replace(s, notice=Notice("attention", f"technician.type.wrong_{typing.what}")), ()
        case _:
            return drafts.typed(back(s), typing.what, text)
