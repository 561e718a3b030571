"""The thread that speaks: one order at a time, and a new one silences the one before at once."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

import msgspec

from kiosk.voice.player import Player, Silent
from kiosk.voice.prompts import Prompts
from kiosk.voice.sound import Sound, at_level, chime
from kiosk.voice.speech import NORMAL, for_ears, for_eyes, sentences
from kiosk.voice.synth import Mute, Synthesiser

_SIGNS_A_SECOND: Final = {True: 4.0, False: 14.0}
"""How fast a caption is read where nothing is heard: Chinese characters, letters."""
_SHORTEST_SECONDS: Final = 1.5


class Order(msgspec.Struct, frozen=True):
    """What to say, and where. `private`: headphones are in, nobody else hears it."""

    pieces: tuple[str, ...]
    language: str
    shown: tuple[str, ...] = ()
    """The captions of these pieces where they differ: headphones may hear what nobody should read."""
    speed: int = NORMAL
    private: bool = False
    device: str = "default"
    level: int = 100
    chimes: bool = False


@dataclass(frozen=True)
class Outlets:
    """Where sound goes: ALSA devices, and how loud they are, 0 to 100. `level` is the site's plan for this hour."""

    speaker: str
    headphones: str
    level: Callable[[datetime], int]
    headphones_level: int = 60


class Speaker:
    """`caption` is called on its thread with what is being said, and with nothing when silence comes."""

    def __init__(
        self,
        synthesiser: Synthesiser,
        player: Player,
        prompts: Prompts,
        caption: Callable[[str], None],
        trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`trouble` hears once why there are captions only."""
        self._synthesiser = synthesiser
        self._player = player
        self._prompts = prompts
        self._caption = caption
        self._trouble = trouble
        self._told = False
        self._orders: queue.SimpleQueue[tuple[int, Order] | None] = queue.SimpleQueue()
        self._turn = 0
        self._guard = threading.Lock()
        self._plugged = False
        self._hush = threading.Event()
        self._ordered = self._done = 0
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
        self._thread.start()

    @property
    def silent(self) -> bool:
        """Whether everything there was to say has been said."""
        return self._done == self._ordered

    def say(self, order: Order) -> None:
        """Say this now, instead of whatever is being said."""
        self._ordered = self._next_turn()
        self._orders.put((self._ordered, order))

    def stop(self) -> None:
        """Silence at once; what waited is forgotten."""
        self._next_turn()

    def plug(self, *, plugged: bool) -> None:
        """Headphones went in or out: nothing goes on where others hear it. Callable from any thread."""
        self._plugged = plugged
        self._next_turn()

    def close(self) -> None:
        """Silence, and no thread any more."""
        self._next_turn()
        self._orders.put(None)

    def _next_turn(self) -> int:
        with self._guard:
            self._turn += 1
            turn = self._turn
        self._hush.set()
        self._synthesiser.stop()
        self._player.stop()
        return turn

    def _run(self) -> None:
        while (waiting := self._orders.get()) is not None:
            turn, order = waiting
            self._hush.clear()
            if turn == self._turn and (self._plugged or not order.private):
                self._speak(turn, order)
            self._done = turn
        self._caption("")

    def _speak(self, turn: int, order: Order) -> None:
        if order.chimes and order.level:
            self._play(turn, chime(), order)
        for piece, shown in zip_longest(order.pieces, order.shown or order.pieces, fillvalue=""):
            self._say(turn, piece, shown, order)
        if turn == self._turn:
            self._caption("")

    def _say(self, turn: int, piece: str, shown: str, order: Order) -> None:
        for text in sentences(piece, order.language):
            if turn != self._turn:
                return
            recorded = self._prompts.find(text, order.language) if order.speed == NORMAL else None
            self._caption(for_eyes(text if piece == shown else shown, order.language))
            sound = (recorded or self._synthesise(turn, text, order)) if order.level else None
            if not (sound and self._play(turn, sound, order)):
                self._let_read(turn, text, order)

    def _synthesise(self, turn: int, text: str, order: Order) -> Sound | None:
        said = for_ears(text, order.language, private=order.private)
        try:
            return self._synthesiser.sound(said, order.language, order.speed)
        except Mute as why:
            self._complain(turn, str(why))
            return None

    def _play(self, turn: int, sound: Sound, order: Order) -> bool:
        if turn != self._turn:
            return True
        try:
            self._player.play(at_level(sound, order.level), order.device, lambda: turn == self._turn)
        except Silent as why:
            self._complain(turn, str(why))
            return False
        return True

    def _let_read(self, turn: int, text: str, order: Order) -> None:
        seconds = max(_SHORTEST_SECONDS, len(text) / _SIGNS_A_SECOND[order.language.startswith("zh")])
        if turn == self._turn:
            self._hush.wait(seconds)

    def _complain(self, turn: int, why: str) -> None:
        if turn == self._turn and not self._told:  # what was stopped is no trouble
            self._told = True
            self._trouble(why)
