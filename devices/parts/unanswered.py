"""Questions whose answers do not say to which of them they belong: only their order does. Pure but for the clock."""

from devices.port import Deadline


class Unanswered:
    """How many answers are still on their way, so that a late one is not taken for that of the next question."""

    def __init__(self, seconds: float) -> None:
        """`seconds`: an answer that has not come by then, counted from the last question, never will."""
        self._seconds = seconds
        self._until = Deadline.after(0)
        self.count = 0

    def asked(self) -> None:
        """One more."""
        self.count += 1
        self._until = Deadline.after(self._seconds)

    def answered(self) -> None:
        """One less; an answer nobody asked for belongs to nobody."""
        self.count = max(0, self.count - 1)

    def awaited_until(self) -> Deadline | None:
        """Until when to listen for what is still on its way; None, and all is forgotten, when nothing is."""
        if self.count and not self._until.expired:
            return self._until
        self.count = 0
        return None
