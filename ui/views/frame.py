"""What stands around every page: header, steps, footer, the hidden state and the countdown. Pure."""

import msgspec

from contract.catalogue import Identity, ItemKind
from kiosk import words
from kiosk.journey.page import Page, word
from kiosk.journey.services.assist import UNCHECKED, mask
from kiosk.journey.step import Journey, Overlay, Screen
from ui.views.page import said
from ui.views.scene import Scene, time_left

_NO_WAY_OUT = frozenset({Screen.ATTRACT, Screen.SAVING, Screen.FAREWELL, Screen.TAKE_CARD, Screen.ENDED})
_NO_WAY_BACK = _NO_WAY_OUT | {Screen.HOME, Screen.PERSON, Screen.RESULT, Screen.RATING}
_STEP_OF = {
    Screen.ITEM: "item",
    Screen.CARD: "card",
    Screen.PERSON: "card",
    Screen.SAVING: "last",
    Screen.RESULT: "last",
}
_OF_A_SERVICE = frozenset({Screen.SERVICE, Screen.CARD, Screen.PERSON, Screen.SAVING})
_HEADERS = {
    Screen.BROWSE: "browse.header",
    Screen.PERSON: "person.header",
    Screen.CARD: "person.header",
    Screen.RATING: "rating.header",
}


_LARGE = 2
"""Text sizes above it leave the foot room for the shorter line only."""


class StepView(msgspec.Struct, frozen=True):
    """One step of the bar; `state` is `done`, `here` or `ahead`."""

    label: str
    state: str


class LanguageView(msgspec.Struct, frozen=True):
    """One language to choose."""

    tag: str
    label: str
    chosen: bool


class FrameView(msgspec.Struct, frozen=True):
    """Header, steps and footer of the page that is shown, and what lies over it."""

    screen: str
    overlay: str
    language: str
    header: str
    languages: tuple[LanguageView, ...]
    steps: tuple[StepView, ...]
    step_line: str
    can_leave: bool
    leave: str
    can_back: bool
    back: str
    size: int
    contrast: str
    elder: bool
    low: bool
    display: str
    language_word: str
    hall: str
    family: str
    mirrored: bool
    next: str
    help: str
    difficulty: str
    hidden: bool
    hidden_title: str
    hidden_show: str
    pages: str
    page_before: str
    page_after: str
    about: tuple[str, ...]
    foot: str
    whom: str
    """The shorter line of it: whom to complain to, which terminal, who answers for it."""
    night: bool
    walking: str
    """走流程: said over every page."""


class PulseView(msgspec.Struct, frozen=True):
    """What changes with the clock alone: the quiet line, and the countdown when nobody has touched for long."""

    quiet: str
    counting: bool
    title: str
    why: str
    seconds: int
    part: float
    unit: str
    stay: str


def frame_view(scene: Scene) -> FrameView:
    """The frame of the current page."""
    j, say, page = scene.journey, scene.say, scene.journey.page
    steps = _steps(scene)
    here = next((at for at, step in enumerate(steps, 1) if step.state == "here"), 0)
    return FrameView(
        screen=j.screen.value,
        overlay=j.overlay.value,
        language=j.language,
        header=_header(scene),
        languages=tuple(
            LanguageView(tag, words.say(tag, "language.name"), tag == j.language) for tag in scene.site.languages
        ),
        steps=steps,
        step_line=say("frame.step", at=here, all=len(steps)) if here else "",
        can_leave=j.screen not in _NO_WAY_OUT,
        leave=say("frame.leave"),
        can_back=j.screen not in _NO_WAY_BACK and bool(j.trail) and (page is None or page.may_back),
        back=say("frame.back"),
        size=j.display.size,
        contrast=j.display.contrast.value,
        elder=j.display.elder,
        low=j.display.low,
        display=say("display.entry"),
        language_word=say("display.language"),
        hall=scene.text(scene.site.hall),
        family=f"Suiban {j.language}",
        mirrored=say("language.direction") == "rtl",
        next=say("frame.next"),
        help=say("frame.help"),
        difficulty=say("frame.difficulty"),
        hidden=j.hidden and j.overlay is Overlay.NONE,
        hidden_title=say("frame.hidden"),
        hidden_show=say("frame.hidden_show"),
        pages=say("frame.pages"),
        page_before=say("frame.page_before"),
        page_after=say("frame.page_after"),
        about=scene.about(),
        foot=_foot(scene),
        whom=scene.whom(short=True),
        night=scene.night() and j.screen is Screen.ATTRACT,
        walking=say("walk.banner") if j.walking else "",
    )


def pulse_view(scene: Scene) -> PulseView:
    """The quiet line and the countdown; both take their numbers from the settings."""
    j = scene.journey
    left = j.countdown_left
    whole = 0 if left is None else int(-(-left // 1))
    return PulseView(
        quiet="" if j.screen in _NO_WAY_OUT else _quiet(scene),
        counting=left is not None,
        title=scene.say("countdown.title"),
        why=scene.say("countdown.why", seconds=whole),
        seconds=whole,
        part=0.0 if left is None else min(1.0, whole / _countdown_length(j)),
        unit=scene.say("countdown.unit"),
        stay=scene.say("countdown.stay"),
    )


def _quiet(scene: Scene) -> str:
    """The quiet line; among passers-by a page with personal data reminds of who stands behind (ZZ-10)."""
    display = scene.journey.display
    told = "frame.quiet_short" if display.size > _LARGE or display.elder else "frame.quiet"
    left = scene.say(told, time=time_left(scene.journey.quiet_left))
    if not (scene.site.strict and scene.journey.personal):
        return left
    return scene.say("join.facts").join((scene.say("privacy.reminder"), left))


def _countdown_length(j: Journey) -> float:
    return j.patience.of(menu=True, large=j.slow).countdown


def _header(scene: Scene) -> str:
    j = scene.journey
    if j.page is not None and j.page.header:
        return said(scene, j.page.header)
    if j.item is not None and j.screen not in (Screen.BROWSE, Screen.HOME):
        return scene.text(j.item.title)
    return scene.say(_HEADERS[j.screen]) if j.screen in _HEADERS else scene.text(scene.site.hall)


def _foot(scene: Scene) -> str:
    """Whom to complain to, the terminal, who answers for it; while staff helps, that they do (JH-03)."""
    here = scene.whom(short=scene.journey.display.size > _LARGE or scene.journey.display.elder)
    if not scene.journey.helped_by:
        return here
    badge = scene.journey.helped_by
    told = "assist.here_unchecked" if badge.endswith(UNCHECKED) else "assist.here"
    return scene.say("join.facts").join((scene.say(told, badge=mask(badge)), here))


def _steps(scene: Scene) -> tuple[StepView, ...]:
    """The stages of the service, also while the shell has its card read or its case kept; else those of a number."""
    j = scene.journey
    if j.service is not None and j.screen in _OF_A_SERVICE:
        return _steps_of_service(scene, j.service.page(j.known))
    item, at = j.item, _STEP_OF.get(j.screen)
    if item is None or at is None:
        return ()
    names = ["item"]
    names += ["card"] if item.identity is not Identity.NONE else []
    names += ["form"] if item.form else []
    names += ["review"] if item.kind is ItemKind.FILING else []
    names += ["last"]
    last = "number" if item.kind is ItemKind.NUMBER else "receipt"
    labels = [scene.say(f"step.{last if name == 'last' else name}") for name in names]
    return _bar(labels, names.index(at) if at in names else 0)


def _steps_of_service(scene: Scene, page: Page) -> tuple[StepView, ...]:
    here = page.here
    if scene.journey.screen in (Screen.CARD, Screen.PERSON):
        here = next((at for at, step in enumerate(page.steps) if step == word("step.card")), here)
    elif scene.journey.screen is Screen.SAVING:
        here = len(page.steps) - 1
    return _bar([said(scene, step) for step in page.steps], here) if here >= 0 else ()


def _bar(labels: list[str], here: int) -> tuple[StepView, ...]:
    return tuple(
        StepView(label, "done" if at < here else "here" if at == here else "ahead") for at, label in enumerate(labels)
    )
