"""When a lane of a terminal is accounted for, and when it is archived. Pure."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from contract.suites import suite


class Account(msgspec.Struct, frozen=True):
    """What a terminal claimed of a lane on a business date, and what is held of it."""

    terminal: str
    business_date: str
    epoch: int
    lane: str
    claimed: int
    held: int
    equal: bool
    """Whether every hash is the terminal's own."""
    digest: str
    """As the terminal claims it, in the suite beside it."""
    suite: str
    at: datetime

    @property
    def missing(self) -> int:
        """How many records are not here."""
        return max(0, self.claimed - self.held)

    @property
    def differs(self) -> bool:
        """Nothing is missing, and yet something else is held than the terminal says."""
        return not self.equal and not self.missing


class TerminalDay(msgspec.Struct, frozen=True):
    """The last account of a terminal: all lanes of one business date."""

    terminal: str
    business_date: str
    at: datetime
    claimed: int
    held: int
    wrong: tuple[Account, ...]
    """Lanes with records missing, or with others than the terminal says."""


def digest(hashes: Iterable[str], suite_id: str) -> str:
    """The hash of the suite over lower-case hex hashes joined by line feeds: as the terminal computes it."""
    return suite(suite_id).digest("\n".join(hashes).encode()).hex()


def by_terminal(accounts: Iterable[Account]) -> list[TerminalDay]:
    """Accounts of several terminals summed up; those with something wrong first."""
    lanes: dict[tuple[str, str], list[Account]] = {}
    for account in accounts:
        lanes.setdefault((account.terminal, account.business_date), []).append(account)
    found = [
        TerminalDay(
            terminal,
            day,
            max(one.at for one in those),
            sum(one.claimed for one in those),
            sum(min(one.held, one.claimed) for one in those),
            tuple(one for one in those if not one.equal),
        )
        for (terminal, day), those in lanes.items()
    ]
    return sorted(found, key=lambda one: (not one.wrong, one.terminal))


def share(claimed: int, held: int) -> str:
    """Of what was claimed, in per cent; never 100 % while anything is missing."""
    if held >= claimed:
        return "100 %"
    return f"{min(99.99, held / claimed * 100):.2f} %"
