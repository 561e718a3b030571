"""The line to another city's office."""

from central.cities.protocol import HandOver, HandScan, NameTransfer, Told
from central.signed_lines.line import SignedLine


class Office(SignedLine):
    """One office of another city. Use as a context manager: leaving it lets go of the line."""

    def __init__(self, url: str, key: bytes) -> None:
        super().__init__(url, key, "office of another city", "cities")

    def hand_over(self, case: HandOver) -> Told:
        """The case; the same id again is the same transfer. Raises Silent."""
        return self.ask("/transfers", case, Told)

    def hand_scan(self, scan: HandScan) -> Told:
        """One of its papers. Raises Silent."""
        return self.ask("/scans", scan, Told)

    def complete(self, transfer_id: str) -> Told:
        """All of it was sent. Raises Silent."""
        return self.ask("/complete", NameTransfer(transfer_id), Told)

    def query(self, transfer_id: str) -> Told:
        """How it stands. Raises Silent."""
        return self.ask("/query", NameTransfer(transfer_id), Told)
