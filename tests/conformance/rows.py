"""The rows of docs/requirements.toml: what the field asks of this product, what proves it, what is still open."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docs" / "requirements.toml"
Filled = Annotated[str, msgspec.Meta(min_length=1)]


class Title(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What the row is called by those who read Chinese and by those who read English."""

    zh_hans: Filled
    en: Filled


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One duty. `green` only with tests that drive the real screen or page, and with a removal that reddens one."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-\d{2}$")]
    title: Title
    duty: Filled
    users: Annotated[str, msgspec.Meta(pattern=r"^[CWGMTKAP]+$")]
    """C citizen, W window, G guide, M manager of the hall, T technician, K editor of items, A audit, P the public."""
    state: Literal["green", "open"]
    why: str = ""
    """What is lacking; of a green row, what of it stands outside the terminal and is not there yet."""
    tests: tuple[Filled, ...] = ()
    """Node ids of functions, without parameters: every parameter counts."""
    removal: str = ""
    """`module:function` that takes the rule out of the product by a MonkeyPatch."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    issue: int
    rows: tuple[str, ...]
    """The ids the issue names; `ZZ-02…14` is a run of them."""
    row: tuple[Row, ...]


class BadRows(ValueError):
    """What is wrong with the file, one line a fault."""


def load(path: Path = FILE) -> tuple[Row, ...]:
    """The rows in the order of the file. Raises BadRows with every fault it has."""
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=_File)
    except (OSError, msgspec.DecodeError) as error:
        message = f"{path.name}: {error}; mend the file"
        raise BadRows(message) from error
    if faults := [*_faults(found.row), *_unaccounted(found)]:
        raise BadRows("\n".join(f"{path.name}: {fault}" for fault in faults))
    return found.row


def spelt(ids: Iterable[str]) -> Iterator[str]:
    """`ZZ-02…04` is ZZ-02, ZZ-03, ZZ-04."""
    for one in ids:
        match = re.fullmatch(r"([A-Z]{2})-(\d{2})…(\d{2})", one)
        if match is None:
            yield one
        else:
            yield from (f"{match[1]}-{number:02}" for number in range(int(match[2]), int(match[3]) + 1))


def _unaccounted(found: _File) -> Iterator[str]:
    wanted, there = list(spelt(found.rows)), [row.id for row in found.row]
    yield from (f"{one} is named by the issue and has no row; add it" for one in wanted if one not in there)
    yield from (f"{one} has a row and is not named by the issue; take it out" for one in there if one not in wanted)
    yield from (f"{one} stands twice; keep one" for one in sorted(set(there)) if there.count(one) > 1)


def _faults(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        if row.state == "open" and not row.why:
            yield f"{row.id} is open and does not say why; write `why`"
        if row.state == "green" and not (row.tests and row.removal):
            yield f"{row.id} is green without tests or without a removal; name both or call it open"
        yield from (f"{row.id} names the test {test}, which is not there" for test in row.tests if not is_there(test))


def is_there(test: str) -> bool:
    """Whether this node id is a test function of this tree."""
    name, _, function = test.partition("::")
    return function in _functions(ROOT / name)


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return frozenset(one.name for one in body if isinstance(one, ast.FunctionDef))
