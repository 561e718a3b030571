"""`public_url` of the centre's settings goes down to every terminal, and again when it changes."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from central.positions import address
from central.settings import UpstreamSettings
from contract.feed import Address
from tests.central.conftest import Running

CENTRE = "http://127.0.0.1:9"


def said(running: Running) -> list[tuple[str, str]]:
    rows = running.query("SELECT key, body FROM feed WHERE kind = 'address' AND replaced_by IS NULL")
    return [(str(key), msgspec.json.decode(bytes(body), type=Address).public_url) for key, body in rows]  # type: ignore[call-overload]


@contextmanager
def reached_at(running: Running, url: str, role: str = "centre") -> Iterator[None]:
    """While phones reach it there."""
    before = running.centre.settings
    running.centre.settings = msgspec.structs.replace(
        before, public_url=url, role=role, upstream=UpstreamSettings(url=CENTRE)
    )
    yield
    running.centre.settings = before


def test_it_is_said_once_and_again_when_it_changes(embedded: Running) -> None:
    assert not address.publish(embedded.centre)
    assert said(embedded) == [], "without an address nothing is said"
    with reached_at(embedded, "https://suiban.example"):
        address.publish(embedded.centre)
        assert not address.publish(embedded.centre), "only once"
        assert said(embedded) == [("centre", "https://suiban.example")]
    address.publish(embedded.centre)
    assert said(embedded) == [("centre", "")], "that phones reach it no more is said too"


def test_a_halls_node_speaks_for_itself_beside_the_centre(embedded: Running) -> None:
    with reached_at(embedded, "https://suiban.example"):
        address.publish(embedded.centre)
    with reached_at(embedded, "http://10.0.0.2", role="hall"):
        address.publish(embedded.centre)
        assert sorted(said(embedded)) == [("centre", "https://suiban.example"), ("hall", "http://10.0.0.2")]
