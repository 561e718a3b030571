"""A citizen who sees nothing: hears what the synthesiser is given, has five keys, and nothing else."""

import time

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest

from kiosk.journey import events as e
from kiosk.voice.prompts import Prompts
from kiosk.voice.sound import Sound
from kiosk.voice.speaker import Outlets, Speaker
from tests.ui.booth import Booth
from tests.waiting import until

ONCE_ROUND = 60
"""Presses after which one has been everywhere on any page."""


class Tape:
    """A synthesiser that keeps what it is told to say, and a player that takes no time."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.devices: list[str] = []

    def sound(self, text: str, language: str, speed: int) -> Sound:  # noqa: ARG002 - as the real one
        self.said.append(text)
        return Sound(b"\0\0")

    def play(self, sound: Sound, device: str, wanted: object) -> None:  # noqa: ARG002 - as the real one
        self.devices.append(device)

    def stop(self) -> None:
        pass


class Listener:
    """Presses a key, listens to the end, decides by what was heard."""

    def __init__(self, booth: Booth) -> None:
        self.booth = booth
        self.tape = Tape()
        self.captions: list[str] = []
        self.heard: list[str] = []
        """What was said since the last key."""
        guide = booth.screen.guide
        assert guide is not None
        self._guide = guide
        self._idle = True
        self.speaker = Speaker(self.tape, self.tape, Prompts(None), self._captioned)
        guide.speak_through(self.speaker, Outlets("loud", "ears", lambda _: 60), self._seen)

    def close(self) -> None:
        self.speaker.close()

    def plug(self, *, plugged: bool = True) -> None:
        """Headphones in or out."""
        self.mark()
        self.speaker.plug(plugged=plugged)
        self._seen(e.HeadphonesSeen(plugged))
        self.listen()

    def press(self, key: Qt.Key) -> str:
        """One key; returns what was heard, in one line."""
        self.mark()
        QTest.keyClick(self.booth.window, key)
        return self.listen()

    def listen(self) -> str:
        """Until nothing more is said."""
        until(self._over, "the voice to end", meanwhile=self._turn, state=lambda: self.tape.said[-5:])
        self.heard = self.tape.said[self._before :]
        return " ".join(self.heard)

    def find(self, name: str, *, whole: bool = False) -> str:
        """Go on until a control that is called so is heard; its name is the first thing that is said of it."""
        for _ in range(ONCE_ROUND):
            said = self.press(Qt.Key.Key_Down)
            if self.heard and (self.heard[0] == name if whole else self.heard[0].startswith(name)):
                return said
        message = f"{name!r} was never heard; the last was {self.heard}, all: {self.tape.said[-80:]}"
        raise AssertionError(message)

    def choose(self, name: str, *, whole: bool = False) -> str:
        """Find it and press OK."""
        self.find(name, whole=whole)
        return self.press(Qt.Key.Key_Return)

    def happen(self, *events: e.Event) -> str:
        """The world does something; returns what is heard of it."""
        self.mark()
        self.booth.happen(*events)
        return self.listen()

    def mark(self) -> None:
        """What is heard from now on is new."""
        self._before = len(self.tape.said)

    def _seen(self, seen: e.HeadphonesSeen) -> None:
        self.booth.happen(seen)

    def _captioned(self, text: str) -> None:
        self._idle = not text
        if text:
            self.captions.append(text)

    def _turn(self) -> None:
        QCoreApplication.processEvents()
        time.sleep(0.0005)

    def _over(self) -> bool:
        return not self._guide.busy and self.speaker.silent
