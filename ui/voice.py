"""Voice guidance and the five keys on one screen: speaks a page when it comes, a control when it is reached, what
changes when it does. Lives on the Qt thread; decides nothing about the visit.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtQuick import QQuickWindow

from kiosk import words
from kiosk.facts import Facts
from kiosk.journey import events as e
from kiosk.journey.step import Journey, Overlay, Screen
from kiosk.voice.announce import Announcement, announced
from kiosk.voice.keys import Keys, Meaning
from kiosk.voice.speaker import Order, Outlets, Speaker
from kiosk.voice.speech import Stop, control, echo, news, page
from ui.bridge import Bridge
from ui.focus import Found, Ring, spoken, top_layer, typed
from ui.keys import Keypad
from ui.viewmodels.voice import CaptionViewModel, FocusViewModel

_LAYOUT_MILLISECONDS: Final = 60
"""After a change the page is laid out with its next frame; then it is looked at."""
_STEP: Final = 15
_SOFTEST: Final = 20


class Guide:
    """Follows the visit from page to page."""

    def __init__(
        self,
        window: QQuickWindow,
        send: Callable[[e.Touch], None],
        keys: Keys,
        caption: CaptionViewModel,
        focus: FocusViewModel,
    ) -> None:
        self._send = send
        self._caption = caption
        self._focus = focus
        self._ring = Ring(window)
        self._captions = Bridge(lambda text: caption.show(str(text)))
        self._keypad = Keypad(window, keys, self.press, self._finger)
        self._later = QTimer(singleShot=True, interval=_LAYOUT_MILLISECONDS)
        self._later.timeout.connect(self._look)
        window.frameSwapped.connect(self._frame)
        self._speaker: Speaker | None = None
        self._outlets = Outlets("", "", lambda _: 0)
        self._heard_by: Callable[[e.HeadphonesSeen], None] = lambda _: None
        self._journey: Journey | None = None
        self._facts = Facts()
        self._clock = datetime.now().astimezone()
        self._by_keys = self._framed = False
        self._louder = 0
        self._notice: Announcement | None = None
        self._begun = False
        self._turned = False
        self._spoken = ""
        self._typed: tuple[str, str] | None = None
        self._at: Stop | None = None

    @property
    def caption_shown(self) -> Callable[[str], None]:
        """Takes what is being said; callable from any thread."""
        return self._captions.post

    @property
    def busy(self) -> bool:
        """Whether a change of the page is still to be looked at."""
        return self._later.isActive()

    @property
    def here(self) -> Found | None:
        """Where the five keys are."""
        return self._ring.here

    def speak_through(
        self, speaker: Speaker, outlets: Outlets, heard_by: Callable[[e.HeadphonesSeen], None] = lambda _: None
    ) -> None:
        """From now on there is a voice. `heard_by` is told of headphones that a keypad with a jack of its own saw."""
        self._speaker, self._outlets, self._heard_by = speaker, outlets, heard_by

    def silence(self) -> None:
        """The visit is over."""
        self._later.stop()
        if self._speaker is not None:
            self._speaker.close()

    def follow(self, journey: Journey, facts: Facts, clock: datetime) -> None:
        """The visit went on; what there is to say is said when the page has been laid out."""
        before, self._journey, self._clock = self._journey, journey, clock
        changed = before is None or facts != self._facts or _still(before) != _still(journey)
        self._facts = facts
        if before is not None and before.voice and not journey.voice and self._speaker is not None:
            self._speaker.stop()
        self._begun |= journey.voice and (before is None or not before.voice)
        self._turned |= before is None or _page_of(before) != _page_of(journey)
        self._notice = announced(before, journey) or self._notice
        self._caption.keep(kept=journey.voice)
        if self._notice is not None or (changed and (journey.voice or self._by_keys)):
            self._later.start()

    def press(self, meaning: Meaning) -> None:
        """A key of the keypad. On a page that is hidden or counts down it only says that somebody is there."""
        j = self._journey
        if j is None or j.screen is Screen.ENDED:
            return
        if meaning in (Meaning.PLUGGED, Meaning.UNPLUGGED):
            self._plugged(plugged=meaning is Meaning.PLUGGED)
            return
        self._by_keys = True
        if j.screen is Screen.ATTRACT and not j.voice:
            self._send(e.VoiceChosen(on=True))  # who cannot see the screen finds the keys first
            return
        self._send(e.Touched())
        if not (j.hidden or j.countdown_since is not None):
            self._do(meaning, j)
        self._frame()

    def _do(self, meaning: Meaning, j: Journey) -> None:
        match meaning:
            case Meaning.NEXT | Meaning.PREVIOUS:
                self._move(1 if meaning is Meaning.NEXT else -1)
            case Meaning.OK:
                if self._ring.here is None:
                    self._move(1)
                elif not self._ring.activate():
                    self._say_here()
                else:
                    self._later.start()  # typing with Pinyin changes the page and not the visit
            case Meaning.BACK:
                self._send(e.WentBack() if j.overlay is Overlay.NONE else e.OverlayClosed())
                if self._journey is not None and self._journey.place == j.place:
                    self._say((words.say(j.language, "voice.no_back"),))
            case Meaning.HELP:
                self._send(e.HelpOpened())
                if self._journey is not None and self._journey.place == j.place:
                    self._say((words.say(j.language, "voice.how"),))
            case Meaning.LOUDER | Meaning.SOFTER:
                self._louder += _STEP if meaning is Meaning.LOUDER else -_STEP
                self._say_here()
            case _:
                pass

    def _move(self, by: int) -> None:
        self._ring.move(by)
        self._say_here()

    def _say_here(self) -> None:
        j, here = self._journey, self._ring.here
        if j is None or here is None:
            return
        self._at = here.stop
        place = self._ring.place()
        self._say(
            control(here.stop, place, j.language, private=j.headphones),
            shown=control(here.stop, place, j.language, private=False) if here.stop.whisper else (),
        )

    def _look(self) -> None:
        """Say what has come since the last look."""
        j, layer = self._journey, top_layer(self._ring.window)
        if j is None or layer is None:
            return
        said, now_typed = spoken(layer), typed(layer)
        turned, self._turned = self._turned, False
        notice, self._notice = self._notice, None
        begun, self._begun = self._begun, False
        pieces: tuple[str, ...] = ()
        if turned or begun:
            self._ring.restart()
            self._at = None
            pieces = (*self._welcome(j, begun=begun), *page(said, self._ring.choices(), j.language, first=begun))
        else:
            self._ring.look()
            pieces = news(self._spoken, said) + self._echo(now_typed, j) + self._state(j)
        self._spoken, self._typed = said, now_typed
        if not j.voice:
            pieces = ()
        if notice is not None:
            pieces = (notice.text, *pieces)
        if pieces:
            self._say(pieces, chimes=notice is not None and notice.chimes, aloud=not j.voice)
        self._frame()

    def _welcome(self, j: Journey, *, begun: bool) -> tuple[str, ...]:
        if not begun:
            return ()
        welcome = words.say(j.language, "voice.welcome")
        return (words.say(j.language, "voice.private"), welcome) if j.headphones else (welcome,)

    def _echo(self, now: tuple[str, str] | None, j: Journey) -> tuple[str, ...]:
        if now is None or self._typed is None or now[0] == self._typed[0]:
            return ()
        return echo(_bare(self._typed[0]), _bare(now[0]), now[1], j.language, private=j.headphones)

    def _state(self, j: Journey) -> tuple[str, ...]:
        """What OK changed about where one is: it is chosen now."""
        here, before = self._ring.here, self._at
        if here is None or before is None or here.stop == before or here.stop.typed:
            return ()
        self._at = here.stop
        return control(here.stop, self._ring.place(), j.language, private=j.headphones)

    def _say(
        self, pieces: tuple[str, ...], *, shown: tuple[str, ...] = (), chimes: bool = False, aloud: bool = False
    ) -> None:
        j = self._journey
        if self._speaker is None or j is None or not (j.voice or aloud):
            return
        level = self._outlets.headphones_level if j.headphones else self._outlets.level(self._clock)
        self._speaker.say(
            Order(
                pieces,
                shown=shown,
                language=j.language,
                speed=j.speed,
                private=j.headphones,
                device=self._outlets.headphones if j.headphones else self._outlets.speaker,
                level=min(100, max(_SOFTEST, level + self._louder)) if level else 0,
                chimes=chimes,
            )
        )

    def _plugged(self, *, plugged: bool) -> None:
        if self._speaker is not None:
            self._speaker.plug(plugged=plugged)
        self._heard_by(e.HeadphonesSeen(plugged))

    def _finger(self) -> None:
        self._by_keys = False
        self._frame()

    def _frame(self) -> None:
        if self._by_keys or self._framed:
            self._focus.move(self._ring.frame() if self._by_keys else QRectF())
            self._framed = self._by_keys


def _still(j: Journey) -> Journey:
    """`j` without the clock: what is spoken does not follow it."""
    return replace(j, now=0.0, wall="", touched_at=0.0)


def _page_of(j: Journey) -> tuple[object, ...]:
    return (*j.place, j.hidden, j.countdown_since is not None)


def _bare(text: str) -> str:
    return text.replace(" ", "")
