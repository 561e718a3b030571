"""What a flight recorder may keep of a printer's line: questions, and what is an answer to them and nothing else. Pure.

A line may echo, and then a citizen's document comes back byte for byte, among it bytes that look like answers. So a
line that has once said what no answer is is believed again only after some questions in a row got answers alone; of
everything until then the length is kept.
"""

from collections.abc import Callable
from typing import Final

from devices.parts.frames import Direction

BELIEVED_AFTER: Final = 4
"""Questions that were answered and not echoed: a whole look at a printer."""


class AnswersOnly:
    """The redaction of one line. `explained` is told every byte that comes, in order: whether it is of an answer."""

    def __init__(self, asks: Callable[[bytes], bool], explained: Callable[[int], bool]) -> None:
        self._asks = asks
        self._explained = explained
        self._asked = False
        self._doubts = 0

    def __call__(self, direction: Direction, piece: bytes) -> bytes:
        """What of a piece may be kept."""
        if direction == "out":
            self._asked = self._asks(piece)
            return piece if self._asked else b""
        return piece if direction == "in" and self._heard(piece) else b""

    def _heard(self, piece: bytes) -> bool:
        """Whether it may be kept. Every byte is looked at, or the next one would be taken for something else."""
        if sum(map(self._explained, piece)) < len(piece):
            self._doubts = BELIEVED_AFTER
            return False
        if not self._doubts:
            return True
        self._doubts -= self._asked
        self._asked = False
        return False
