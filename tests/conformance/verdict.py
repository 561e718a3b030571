"""What a run says of each row. Pure."""

from collections.abc import Mapping

import msgspec

from tests.conformance.rows import Row
from tests.conformance.trial import Ran

Results = Mapping[tuple[str, str], Ran]


class Verdict(msgspec.Struct, frozen=True):
    """`green` and `open`: as the file says, and its tests agree. `red`: the file says more than is true."""

    id: str
    state: str
    said: str = ""
    """What contradicts the file, or what is open."""
    control: str = ""
    """`red` as it must be, `stayed green`, or `broke`; empty where it was not tried."""
    seconds: float = 0.0


def verdict(row: Row, ran: Results, *, controls: bool) -> Verdict:
    """A green row needs every one of its tests; its removal must redden at least one."""
    whole = {test: ran.get((test, ""), Ran()) for test in row.tests}
    took = round(sum(one.seconds for one in whole.values()), 2)
    if row.state == "open":
        return Verdict(row.id, "open", row.why, seconds=took)
    failing = [f"{test}: {one.said or 'did not run'}" for test, one in whole.items() if not one.held]
    if failing:
        return Verdict(row.id, "red", "; ".join(failing), seconds=took)
    if not controls:
        return Verdict(row.id, "green", row.why, seconds=took)
    removed = [ran.get((test, row.id), Ran()) for test in row.tests]
    if any(one.reddened for one in removed):
        return Verdict(row.id, "green", row.why, "red", took)
    broke = next((one.said for one in removed if one.broken), "")
    said = f"the removal broke the test before it began: {broke}" if broke else "its tests pass without the rule"
    return Verdict(row.id, "red", said, "broke" if broke else "stayed green", took)
