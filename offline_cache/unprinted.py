"""How many tickets of the newest business date are not printed: every heartbeat says it, whatever a day holds."""

from typing import Final

from offline_cache.disk.driven import Driven

_NEWEST: Final = "SELECT max(business_date) FROM cases"
_LOOK: Final = """\
SELECT count(*) FROM cases AS c JOIN paper_journal AS p ON p.case_id = c.case_id AND p.voided_at IS NULL
WHERE c.business_date = ? AND p.state <> 'printed'"""


def look(driver: Driven) -> tuple[str, int]:
    """The newest business date, empty without cases, and the count: as the rows say, going through all of that day."""
    day = driver.execute(_NEWEST).fetchall()[0][0] or ""
    return day, driver.execute(_LOOK, (day,)).fetchall()[0][0]


class Unprinted:
    """Looked for once after the store was opened; from then on counted with every transaction that was kept."""

    def __init__(self) -> None:
        self._known: tuple[str, int] | None = None

    def now(self, driver: Driven) -> int:
        """The count, in the caller's transaction."""
        if self._known is None:
            self._known = look(driver)
        return self._known[1]

    def filed(self, day: str) -> None:
        """A case of this business date is kept; its ticket is not printed yet."""
        if self._known is not None:
            newest, count = self._known
            if day >= newest:
                self._known = (day, count + 1 if day == newest else 1)

    def printed(self, day: str) -> None:
        """A ticket of a case of this business date is known to be printed, and was not before."""
        if self._known is not None and self._known[0] == day:
            self._known = (day, self._known[1] - 1)

    def forget(self) -> None:
        """Cases went: look again."""
        self._known = None
