"""走流程 (TS-10): a visit of staff that goes a citizen's every step and files nothing. What a terminal tells of it."""

import msgspec


class WalkStep(msgspec.Struct, frozen=True):
    """One page of the walk: how long it was on the screen, how often one went back from it, what went wrong on it."""

    page: str
    seconds: float
    backs: int = 0
    faults: tuple[str, ...] = ()
    """Keys of the words catalogue."""


class WalkedThrough(msgspec.Struct, frozen=True, tag_field="kind", tag="walk"):
    """A walk. It names nobody and no case; `item` is the last one that was looked at."""

    walk_id: str
    item: str
    service: str
    language: str
    began_at: str
    at: str
    seconds: float
    finished: bool
    """Whether it came to the end a citizen comes for."""
    stuck_at: str = ""
    """The page it was left on, where it was not finished."""
    steps: tuple[WalkStep, ...] = ()
