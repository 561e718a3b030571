"""The three health checks of a device: questions only, its work done once, or with somebody's hands."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from devices.kind import Finding, Kind, Level
from devices.port import Deadline
from devices.sentences import LANGUAGES, all_sentences


class Health(msgspec.Struct, frozen=True):
    """What a check found. `ok` is true only when something was proven and nothing spoke against it; None: unknown."""

    kind: str
    levels: tuple[Level, ...]
    ok: bool | None
    findings: tuple[Finding, ...]


def levels(kind: Kind[Any]) -> tuple[Level, ...]:
    """The levels this kind has a check for."""
    return tuple(dict.fromkeys(check.level for check in kind.checks))


def check(
    kind: Kind[Any],
    driver: Any,  # noqa: ANN401 - the kind's own driver
    asked: AbstractSet[Level],
    ask: Callable[[Level], None] = lambda _: None,
) -> Health:
    """Run the checks of these levels, as far as the kind has them. `ask` is called before somebody must take part.

    Raises DeviceError when the device cannot be used at all. Each check ends by its own deadline.
    """
    findings: list[Finding] = []
    for one in kind.checks:
        if one.level in asked:
            if one.level is Level.INTERACTIVE:
                ask(one.level)
            findings += one.run(driver, Deadline.after(one.seconds))
    there = tuple(level for level in levels(kind) if level in asked)
    return Health(kind.name, there, verdict(tuple(findings)), tuple(findings))


def verdict(findings: tuple[Finding, ...]) -> bool | None:
    """A silent device is never well: without one proof nothing is known."""
    said = {finding.ok for finding in findings}
    return False if False in said else True if True in said else None


def instruction(kind: str, *languages: str) -> str:
    """What somebody has to do for the interactive check of this kind, in these languages, in one line."""
    said = all_sentences()[f"interactive.{kind.replace('-', '_')}"].what
    return " / ".join(said[language] for language in languages or LANGUAGES)
