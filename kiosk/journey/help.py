"""请人帮我: a bell that reaches a person, and their words on the citizen's screen while the citizen works on. Pure.

What the helper sees is masked here: titles, explanations, options; never what was typed, read from a card or answered
by a department. The bell is the centre's: who is asked next after 60 s, and when somebody calls back, it says.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from contract.questions import HelpAsked, HelpStands
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.overlay import Overlay
from kiosk.journey.saying import said

if TYPE_CHECKING:
    from kiosk.journey.progress import Journey

ASK_EVERY: Final = 2.0
"""Seconds between two looks while a bell rings or a helper is there."""
_LIVE: Final = frozenset({"", "ringing", "answered"})


class Help(msgspec.Struct, frozen=True):
    """One call for help of this visit."""

    number: int
    """Which one it is: part of its id."""
    stands: HelpStands | None = None
    asked: int = 0
    answered: int = 0
    asked_at: float = 0.0
    silent: str = ""
    """Why nobody could be asked: `offline`, `slow`, `refused`, `broken`."""
    ended: str = ""

    @property
    def state(self) -> str:
        """`ringing`, `answered`, `call_back`, `over`; empty before the centre has said anything."""
        return self.stands.state if self.stands else ""

    @property
    def live(self) -> bool:
        """Whether it still rings, or somebody is there."""
        return not self.ended and self.state in _LIVE

    @property
    def said(self) -> tuple[str, ...]:
        """The helper's sentences."""
        return self.stands.said if self.stands else ()


def ring(j: "Journey") -> "tuple[Journey, tuple[e.Effect, ...]]":
    """Ask for a person; while one is asked already, there is no way to one, or it is not the hour for it, nothing."""
    if (j.help is not None and j.help.live) or not j.link_up or not j.help_rings:
        return j, ()
    number = j.help.number + 1 if j.help else 1
    return _ask(replace(j, help=Help(number)))


def end(j: "Journey", how: str) -> "tuple[Journey, tuple[e.Effect, ...]]":
    """`solved`, `unsolved`, or `left` by whoever walked off."""
    if j.help is None or not j.help.live:
        return j, ()
    ended = replace(j, help=msgspec.structs.replace(j.help, ended=how))
    return _ask(ended)


def tick(j: "Journey") -> "tuple[Journey, tuple[e.Effect, ...]]":
    """Look again how it stands, and let the helper see the page that is there now."""
    help_ = j.help
    if help_ is None or not help_.live or help_.answered != help_.asked or j.now - help_.asked_at < ASK_EVERY:
        return j, ()
    return _ask(j)


def hear(j: "Journey", event: e.Answered | e.Unanswered) -> "Journey | None":
    """The centre's answer to our call; None where the event is about something else."""
    help_ = j.help
    if help_ is None or not event.request.startswith(f"help/{help_.number}/"):
        return None
    if event.request != _request(help_):
        return j
    match event:
        case e.Answered(_, _, HelpStands() as stands):
            heard = msgspec.structs.replace(help_, stands=stands, answered=help_.asked, silent="")
            # Their words come to the citizen, not the citizen to them; the page below stays as it is.
            calls = len(stands.said) > len(help_.said) or (stands.state != help_.state and heard.state == "answered")
            opens = calls and j.overlay is Overlay.NONE and not j.unhurried and j.countdown_since is None
            return replace(j, help=heard, overlay=Overlay.HELP if opens else j.overlay)
        case e.Unanswered(_, _, why):
            return replace(j, help=msgspec.structs.replace(help_, answered=help_.asked, silent=why))
        case _:
            return replace(j, help=msgspec.structs.replace(help_, answered=help_.asked, silent="refused"))


def shown(j: "Journey") -> tuple[str, ...]:
    """What a helper may see of the page, in the citizen's language."""
    lines: list[p.Said] = [j.item.title] if j.item else []
    page = j.page
    if page is None:
        lines.append(p.word(f"help.page.{j.screen.value}"))
    else:
        lines += [page.title, page.why, *_of_body(page.body), page.trouble]
        lines += [page.main.label] if page.main else []
        lines += [action.label for action in page.second]
    return tuple(text for line in lines if (text := said(j.language, line)))


def _of_body(body: p.Body) -> list[p.Said]:
    match body:
        case p.Choose(options):
            return [option.label for option in options]
        case p.Enter(_, typed):
            return [p.word("help.typed", count=str(len(typed)))]
        case p.Read(blocks):
            return [line for block in blocks for line in _of_block(block)]
        case p.Check(rows):
            return [row.label for row in rows]
        case p.Scan(what):
            return [what]
        case p.Sign():
            return []
        case p.Wait(doing):
            return [doing]


def _of_block(block: p.Block) -> list[p.Said]:
    """Headings and labels: a value may be somebody's."""
    match block:
        case p.Heading(text) | p.Line(text) | p.Entry(text):
            return [text]
        case _:
            return []


def _ask(j: "Journey") -> "tuple[Journey, tuple[e.Effect, ...]]":
    if j.help is None:
        return j, ()
    asked = msgspec.structs.replace(j.help, asked=j.help.asked + 1, asked_at=j.now)
    question = HelpAsked(
        j.known.id(f"help/{asked.number}"),
        j.item.slug if j.item else "",
        j.page.name if j.page else j.screen.value,
        shown(j),
        len(asked.said),
        asked.ended,
    )
    return replace(j, help=asked), (e.AskCentre(j.visit, _request(asked), question),)


def _request(help_: Help) -> str:
    return f"help/{help_.number}/{help_.asked}"
