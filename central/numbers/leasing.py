"""Remembers which terminals were looked at lately, so that a heartbeat seldom has to ask whether a lease is due."""

from datetime import date, datetime, timedelta

LOOK_AGAIN_AFTER = timedelta(minutes=10)


class Leasing:
    """Of one process. Forgetting costs a look, nothing else."""

    def __init__(self) -> None:
        self._looked: dict[str, tuple[int, date, datetime]] = {}

    def is_due(self, terminal: str, epoch: int, today: date, now: datetime) -> bool:
        """Whether to look now what the terminal lacks."""
        looked = self._looked.get(terminal)
        return looked is None or looked[:2] != (epoch, today) or now - looked[2] >= LOOK_AGAIN_AFTER

    def looked(self, terminal: str, epoch: int, today: date, now: datetime) -> None:
        """It has what it needs for a while."""
        self._looked[terminal] = (epoch, today, now)

    def forget(self, terminal: str) -> None:
        """Its leases run out: look at its next heartbeat."""
        self._looked.pop(terminal, None)
