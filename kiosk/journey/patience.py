"""How long a page waits for its citizen: hide first, end later (experience.md 3). Pure."""

from dataclasses import dataclass

_SHORTEST_COUNTDOWN = 20.0
_HIDE_RANGE = (20.0, 30.0)


@dataclass(frozen=True)
class Wait:
    """Seconds without a touch until the countdown starts, and its length."""

    before_countdown: float
    countdown: float


@dataclass(frozen=True)
class Patience:
    """The waiting times of one terminal, in seconds. Lower bounds are the field's, not ours: a shorter one is
    refused.
    """

    hide_after: float = 25.0
    menu: float = 60.0
    page: float = 120.0
    large: float = 240.0
    countdown: float = 30.0
    large_countdown: float = 45.0
    saving: float = 10.0
    farewell: float = 4.0
    card_left: float = 60.0
    document: float = 30.0
    """How long the farewell stays for a page that is still being printed."""

    def __post_init__(self) -> None:
        """Refuse what would throw a slow citizen out."""
        if min(self.countdown, self.large_countdown) < _SHORTEST_COUNTDOWN:
            message = f"patience.countdown: at least {_SHORTEST_COUNTDOWN:g} s"
            raise ValueError(message)
        if not _HIDE_RANGE[0] <= self.hide_after <= _HIDE_RANGE[1]:
            message = f"patience.hide_after: between {_HIDE_RANGE[0]:g} and {_HIDE_RANGE[1]:g} s"
            raise ValueError(message)
        if self.menu < 60 or self.page < 120 or self.large < 240:
            message = "patience: menu at least 60 s, page at least 120 s, large at least 240 s"
            raise ValueError(message)

    def of(self, *, menu: bool, large: bool) -> Wait:
        """The wait of a menu page or a page with work on it, in normal or large text."""
        if large:
            return Wait(self.large, self.large_countdown)
        return Wait(self.menu if menu else self.page, self.countdown)
