"""What a connector is made of: for each thing a department does, what must be said, what comes back, how it is shown.

A connector is data and small functions; the line, its deadlines and its standing are the same for all (`line`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from contract.catalogue import Text
from contract.papers import Paper
from contract.questions import Fact, Person, Section

CHOICE: Final = "choice"
"""The argument that carries which of the `choices` the citizen means."""
Fen = Annotated[int, msgspec.Meta(ge=0, le=10_000_000_000)]
"""Money: none is negative, none beyond what a citizen ever sees."""
Day = Annotated[str, msgspec.Meta(pattern=r"^(19|20)\d\d-[01]\d-[0-3]\d$")]
Month = Annotated[str, msgspec.Meta(pattern=r"^(19|20)\d\d-[01]\d$")]
Named = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
"""A name, a place, a number of the department's."""
Count = Annotated[int, msgspec.Meta(ge=0, le=1200)]


class Shown(msgspec.Struct, frozen=True):
    """What a query shows; `choices`, `amount_fen`, `amounts` and `expects` as in `DepartmentFound`."""

    sections: tuple[Section, ...]
    choices: tuple[tuple[str, Text], ...] = ()
    amount_fen: int | None = None
    amounts: dict[str, int] = {}
    expects: dict[str, str] = {}


class Done(msgspec.Struct, frozen=True):
    """What an act brought; `endorsement` as in `DepartmentActed`."""

    reference: str
    sections: tuple[Section, ...] = ()
    ready_on: str = ""
    endorsement: str = ""


class Written(msgspec.Struct, frozen=True):
    """What stands on a document: `paper`, or a finished `file`. `facts` are for whoever verifies it, masked already.

    `number` is the department's own, where the file carries one: it is the serial then.
    """

    title: Text
    paper: Paper | None = None
    template: str = ""
    facts: tuple[tuple[Text, str], ...] = ()
    file: bytes = b""
    file_type: str = ""
    number: str = ""
    pages: int = 1


@dataclass(frozen=True)
class Asked:
    """What a function of a connector may look at beside the department's data."""

    person: Person
    args: dict[str, str]
    as_of: datetime


@dataclass(frozen=True)
class Call:
    """One thing a department does. `reply` is the form of its data: what does not fit is not believed.

    `args`: name -> pattern of what may be said; `needs` are those that must be. `depth` as in the item (0 to 6).
    `purpose` is what a share of data is counted under (BJ-33).
    """

    name: str
    title: Text
    purpose: str
    depth: int
    reply: type[msgspec.Struct]
    args: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query(Call):
    """Reads. `show` raises ValueError for data that contradict themselves."""

    show: Callable[[Any, Asked], Shown] = lambda _, __: Shown(())


@dataclass(frozen=True)
class Act(Call):
    """Changes something, once for each act id. `pays`: nothing is done before the order is paid."""

    done: Callable[[Any, Asked], Done] = lambda _, __: Done("")
    pays: bool = False


@dataclass(frozen=True)
class Document(Call):
    """Gives a paper, once for each document id. `prefix` begins its serial; `most` are valid at once for a person and
    day, 0 for any number.
    """

    write: Callable[[Any, Asked], Written] = lambda _, __: Written({})
    prefix: str = "DZ"
    most: int = 0


@dataclass(frozen=True)
class Connector:
    """A department. `slow_after` seconds: an answer that took longer is a sign."""

    name: str
    source: Text
    queries: tuple[Query, ...] = ()
    acts: tuple[Act, ...] = ()
    documents: tuple[Document, ...] = ()
    slow_after: float = 4.0

    @property
    def calls(self) -> tuple[Call, ...]:
        """All of them."""
        return (*self.queries, *self.acts, *self.documents)


def fact(zh: str, en: str, value: str, *, personal: bool = False) -> Fact:
    """One line of an answer."""
    return Fact({"zh-Hans": zh, "en": en}, value, personal)


def section(zh: str, en: str, *facts: Fact) -> Section:
    """Lines that belong together."""
    return Section({"zh-Hans": zh, "en": en}, facts)


def words(zh: str, en: str) -> Text:
    """A text in both languages a connector writes."""
    return {"zh-Hans": zh, "en": en}


def yuan(fen: int) -> str:
    """`123456` -> `1,234.56 元`."""
    return f"{fen // 100:,}.{fen % 100:02} 元"
