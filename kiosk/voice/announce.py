"""What is said to everybody, with voice guidance or without: the countdown, the card that lies there, the line to stand
behind (experience.md 3.2, 4.3, 5.4). Pure.
"""

import msgspec

from kiosk import words
from kiosk.journey.progress import Journey, Screen

AGAIN_SECONDS = 10


class Announcement(msgspec.Struct, frozen=True):
    """One sentence; with a chime where somebody must look up."""

    text: str
    chimes: bool = False


def announced(before: Journey | None, now: Journey) -> Announcement | None:
    """What this step of the visit makes known to all, if anything."""
    if before is None:
        return None
    if now.countdown_since is not None:
        left = whole(now.countdown_left)
        begins = before.countdown_since is None
        if begins or (left and left % AGAIN_SECONDS == 0 and left != whole(before.countdown_left)):
            return Announcement(words.say(now.language, "voice.countdown", seconds=left), chimes=True)
        return None
    if now.screen is Screen.TAKE_CARD:
        enters = before.screen is not Screen.TAKE_CARD
        if enters or _tens(now) != _tens(before):
            return Announcement(words.say(now.language, "voice.take_card"), chimes=True)
        return None
    if now.personal and not before.personal and not now.headphones:
        return Announcement(words.say(now.language, "voice.one_metre"))
    return None


def whole(seconds: float | None) -> int:
    """Seconds left as the screen shows them."""
    return 0 if seconds is None else int(-(-seconds // 1))


def _tens(j: Journey) -> int:
    return int((j.now - j.entered_at) // AGAIN_SECONDS)
