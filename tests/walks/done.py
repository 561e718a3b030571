"""How to tell that an errand is done: by what the visit asked for, kept, printed or shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from contract import questions as q
from kiosk.journey import events as e

if TYPE_CHECKING:
    from tests.walks.stand import Stand

Done = Callable[["Stand"], bool]


def case_kept(slug: str, **filed: object) -> Done:
    """A case of this item, once, with this in it."""

    def look(stand: "Stand") -> bool:
        found = [one for one in stand.asked(e.SaveCase) if one.item.slug == slug]
        return len(found) == 1 and all(bool(getattr(found[0].filed, key)) == bool(v) for key, v in filed.items())

    return look


def answered(key: str, value: str) -> Done:
    """What was typed stands in the case."""
    return lambda stand: any(dict(one.answers).get(key) == value for one in stand.asked(e.SaveCase))


def asked(kind: type[q.Question], **fields: object) -> Done:
    """The centre was asked this."""
    return lambda stand: any(
        isinstance(one, kind) and all(getattr(one, key) == value for key, value in fields.items())
        for one in stand.world.asked
    )


def printed(count: int = 1) -> Done:
    """Paper came out."""
    return lambda stand: len(stand.asked(e.PrintPaper)) >= count


def kept(kind: type[object], **fields: object) -> Done:
    """A record was kept."""
    return lambda stand: any(
        isinstance(one.record, kind) and all(getattr(one.record, key) == value for key, value in fields.items())
        for one in stand.asked(e.KeepRecord)
    )


def effect(kind: type[e.Effect], **fields: object) -> Done:
    """The visit asked for this."""
    return lambda stand: any(
        all(getattr(one, key) == value for key, value in fields.items()) for one in stand.asked(kind)
    )


def page_seen(name: str) -> Done:
    """The citizen has come to this page."""
    return lambda stand: stand.journey.page is not None and stand.journey.page.name == name
