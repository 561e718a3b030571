"""Ratings of a case and of a service without one, the green channel on paper, and the reasons the centre sends."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from central.feed.rules import Invalid
from central.feed.tags import tags_draft
from contract.calendar import gathered, published
from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Envelope, Lane
from contract.feed import FeedKind, RatingTags
from contract.messages import Body, CaseFiled, Filed, RatingGiven
from contract.worktime import Worktime
from devices.ticket_printer.document import Text
from kiosk import rating_tags, services
from kiosk.link import KeepRating
from kiosk.paper.tickets import Slip, ticket
from kiosk.terminal.casebook import Casebook
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.offer import Offer
from offline_cache.feed.rules import TAGS_KEY
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.offline_cache.drafts import draft, open_store
from tests.screens.album import SITE

FILE = Path(rating_tags.__file__).with_name("rating_tags.toml").read_bytes()


def _sent(store: Store, lane: Lane) -> list[Body]:
    run = store.outbox_run(lane, 0, 20, 1 << 20)
    return [msgspec.json.decode(msgspec.json.decode(item.raw, type=Envelope).body, type=Body) for item in run]


def rated(folder: Path, *messages: KeepRating) -> list[RatingGiven]:
    """What goes to the centre of these ratings."""
    inbox, store = Inbox(), StoreThread(lambda: open_store(folder / "terminal.db"))
    store.do(lambda store: store.save_case(draft("case-1"))).result()
    board: Any = SimpleNamespace(store_works=lambda **_: None)
    worktime = Worktime(gathered(published()))
    book = Casebook(
        store, inbox, items=Offer(services.load()), board=board, wake=lambda: None, worktime=lambda: worktime
    )
    for message in messages:
        book.rate(message)
    found = store.do(lambda store: _sent(store, Lane.RATINGS)).result()
    store.stop()
    return [body for body in found if isinstance(body, RatingGiven)]


def test_a_service_without_a_case_is_rated_once(tmp_path: Path) -> None:
    query = KeepRating(1, "", Satisfaction.SATISFIED, ("attitude",), 1, item="tax-certificate", record_id="visit-7")
    (kept,) = rated(tmp_path, query, query)
    assert (kept.case_id, kept.item, kept.tags, kept.tags_version) == ("", "tax-certificate", ("attitude",), 1)


def test_a_case_is_rated_once_and_again_once_it_was_decided(tmp_path: Path) -> None:
    first = KeepRating(1, "case-1", Satisfaction.SATISFIED, record_id="visit-1")
    twice = KeepRating(1, "case-1", Satisfaction.DISSATISFIED, record_id="visit-2")
    again = KeepRating(2, "", Satisfaction.SATISFIED, again=True, case_number="610117", record_id="again-1")
    kept = rated(tmp_path, first, twice, again)
    assert [(one.case_id, one.again, one.case_number) for one in kept] == [("case-1", False, ""), ("", True, "610117")]


def test_the_green_channel_and_the_helper_travel_and_a_restart_knows_the_paper(tmp_path: Path) -> None:
    store = open_store(tmp_path / "terminal.db")
    plain = store.save_case(draft("case-0"))
    green = msgspec.structs.replace(draft("case-1"), filed=Filed(green="pregnant", helped_by="GL07"))
    store.save_case(green)
    assert (plain.green, store.save_case(green).green) == ("", "pregnant")
    sent = [body for lane in (Lane.NUMBERS, Lane.CASES) for body in _sent(store, lane) if isinstance(body, CaseFiled)]
    assert [(body.green, body.helped_by) for body in sent] == [("", ""), ("pregnant", "GL07")]
    store.close()


@pytest.mark.parametrize("green", [True, False])
def test_the_ticket_says_green_channel_and_never_why(green: bool) -> None:
    item = next(item for item in services.load().items if item.kind is ItemKind.NUMBER)
    slip = Slip("6101", "A1-017", "2026-11-22", datetime(2026, 11, 22, tzinfo=UTC), "", None, "zh-Hans", green=green)
    said = [part.text for part in ticket(slip, item, SITE) if isinstance(part, Text)]
    assert ("绿色通道" in said) is green
    assert not any(word in text for text in said for word in ("孕", "残疾", "老人", "退役"))


def test_the_list_of_the_release_is_one_the_centre_could_have_sent() -> None:
    sent = tags_draft("rating_tags.toml", FILE, "boss")
    assert (sent.audience, sent.kind, sent.key) == ("*", FeedKind.TAGS, TAGS_KEY)
    assert msgspec.json.decode(sent.raw(), type=RatingTags) == rating_tags.built_in()
    assert set(rating_tags.built_in().levels) == {level.value for level in Satisfaction}


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ("version = 1", "version = 0", "expected 1 or more"),
        ("levels.satisfied]]", "levels.content]]", "expected all of"),
        ('key = "attitude"', 'key = "efficiency"', "'efficiency' stands there twice"),
        ('zh-Hans = "办得快"', 'fr = "vite"', "zh-Hans"),
    ],
)
def test_a_list_that_cannot_be_right_is_not_signed(now: str, then: str, expected: str) -> None:
    with pytest.raises(Invalid, match=expected):
        tags_draft("t.toml", FILE.decode().replace(now, then).encode(), "boss")
