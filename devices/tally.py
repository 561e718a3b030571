"""What a device did, counted: reads, cuts, metres, errors. Whoever keeps the sums takes the difference now and then."""


class Tally:
    """Counts since they were last taken. Belongs to one driver and is touched on that driver's thread only."""

    def __init__(self) -> None:
        self._counts: dict[str, float] = {}

    def add(self, name: str, amount: float = 1) -> None:
        """Count something; names are the checklist's words, such as `cards_read`, `cuts`, `paper_mm`, `timeouts`."""
        self._counts[name] = self._counts.get(name, 0) + amount

    def take(self) -> dict[str, float]:
        """What was counted since the last time."""
        taken, self._counts = self._counts, {}
        return taken
