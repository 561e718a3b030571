"""The one kind of page on which something is chosen on the way to an item. Pure."""

from collections.abc import Iterable

from kiosk.journey import page as p


def choose(
    at: str, title: p.Said, options: Iterable[p.Option], *, why: p.Said = "", second: tuple[p.Action, ...] = ()
) -> p.Page:
    """A page named after its place."""
    return p.Page(
        f"find.{at}",
        title,
        p.Choose(tuple(options)),
        why=why,
        second=second,
        pace=p.Pace.MENU,
        header=p.word("find.header"),
    )
