"""Every way an answer can be missing, late or false becomes one LinkFailure with its key; a true one is taken."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest
from requests.structures import CaseInsensitiveDict

from contract.envelope import Envelope, Lane, content_hash, encode
from contract.exchange import Heartbeat, PushRequest, Refusal, Sent
from contract.suites import SUITES, SigningKey
from offline_cache.link import client as client_module
from offline_cache.link.client import (
    DOWN,
    NOT_ADMITTED,
    NOT_THE_CENTRE,
    REFUSED,
    SLOW,
    CentreClient,
    LinkFailure,
    Timeouts,
)
from tests.offline_cache.centre_double import CentreDouble, Fault
from tests.waiting import LONG, until

QUICK = Timeouts(connect=1.0, read=0.8, total=1.6)
"""Short, yet long enough for an answer on a machine with other work."""


def sent(seq: int, content: str = "a") -> Sent:
    raw = encode(
        Envelope("GL-01", 1, Lane.CASES, seq, f"id-{seq}", "case", 1, "2026", msgspec.Raw(f'"{content}"'.encode()))
    )
    return Sent(seq, f"id-{seq}", content_hash(raw), raw)


def push(*items: Sent, nonce: str = "p" * 32) -> PushRequest:
    return PushRequest("GL-01", 1, Lane.CASES, items[0].seq, nonce, items)


def beat(nonce: str = "b" * 32) -> Heartbeat:
    return Heartbeat("GL-01", 1, nonce, "2026-11-22T10:00:00+08:00", "0.1.0", (), (), (), 0)


@pytest.fixture(params=SUITES)
def centre(request: pytest.FixtureRequest) -> Iterator[CentreDouble]:
    with CentreDouble(private_key=SigningKey.fresh(request.param)) as double:
        yield double


@pytest.fixture
def connect(centre: CentreDouble) -> Iterator[Callable[..., CentreClient]]:
    key = SigningKey.fresh(centre.private_key.suite)
    centre.terminal_keys["GL-01"] = key.public_key
    made: list[CentreClient] = []

    def make(url: str | None = None, timeouts: Timeouts = QUICK) -> CentreClient:
        made.append(CentreClient(url or centre.url, "GL-01", "GL-01", key, centre.public_keys, timeouts))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(connect: Callable[..., CentreClient]) -> CentreClient:
    return connect()


def failure(job: Callable[[], object]) -> LinkFailure:
    with pytest.raises(LinkFailure) as failed:
        job()
    return failed.value


def test_a_push_is_received_and_acknowledged(client: CentreClient, centre: CentreDouble) -> None:
    reply = client.push(push(sent(1), sent(2)))
    assert (reply.ack, reply.refusal) == (2, None)
    assert [envelope.id for envelope in centre.memory.envelopes(Lane.CASES)] == ["id-1", "id-2"]


def test_a_heartbeat_says_what_the_centre_holds(client: CentreClient, centre: CentreDouble) -> None:
    client.push(push(sent(1)))
    assert client.heartbeat(beat()).held == {lane.value: int(lane is Lane.CASES) for lane in Lane}
    assert centre.memory.heartbeats == [beat()]


def test_a_refusal_is_an_answer(client: CentreClient) -> None:
    assert client.push(push(sent(5))).refusal is Refusal.GAP
    client.push(push(sent(1)))
    assert client.push(push(sent(1, "other"))).refusal is Refusal.FORK


def test_a_path_before_the_api_is_signed_too(connect: Callable[..., CentreClient], centre: CentreDouble) -> None:
    assert connect(centre.url + "/suiban/").push(push(sent(1))).ack == 1


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault.DROP, DOWN),
        (Fault.REPLY_LOST, DOWN),
        (Fault.REPLY_CUT, DOWN),
        (Fault.SILENT, SLOW),
        (Fault.TRICKLE, SLOW),
        (Fault.ERROR, REFUSED),
        (Fault.BUSY, REFUSED),
        (Fault.PORTAL, NOT_THE_CENTRE),
        (Fault.REDIRECT, NOT_THE_CENTRE),
        (Fault.UNSIGNED, NOT_THE_CENTRE),
        (Fault.WRONG_KEY, NOT_THE_CENTRE),
        (Fault.WRONG_NONCE, NOT_THE_CENTRE),
        (Fault.HUGE, NOT_THE_CENTRE),
    ],
)
def test_every_fault_has_its_key_and_the_next_try_goes_well(
    client: CentreClient, centre: CentreDouble, fault: Fault, key: str
) -> None:
    centre.faults.append(fault)
    assert failure(lambda: client.push(push(sent(1)))).key == key
    assert client.push(push(sent(1))).ack == 1
    assert len(centre.memory.envelopes(Lane.CASES)) == 1


def test_an_old_answer_replayed_is_not_believed(client: CentreClient, centre: CentreDouble) -> None:
    client.heartbeat(beat("a" * 32))
    centre.faults.append(Fault.OLD_REPLY)
    assert failure(lambda: client.heartbeat(beat("c" * 32))).key == NOT_THE_CENTRE


def test_retry_after_is_handed_on(client: CentreClient, centre: CentreDouble) -> None:
    centre.faults.append(Fault.BUSY)
    refused = failure(lambda: client.push(push(sent(1))))
    assert refused.retry_after == 7.0
    assert refused.detail == "status 503: busy too many at once"


def test_a_centre_that_does_not_know_us_says_so(client: CentreClient, centre: CentreDouble) -> None:
    centre.terminal_keys.clear()
    refused = failure(lambda: client.push(push(sent(1))))
    assert (refused.key, refused.detail) == (NOT_ADMITTED, "status 401: unknown_signer no such terminal")
    assert centre.memory.envelopes(Lane.CASES) == []


def test_a_centre_with_another_key_is_not_the_centre(client: CentreClient, centre: CentreDouble) -> None:
    centre.private_key = SigningKey.fresh()
    assert failure(lambda: client.push(push(sent(1)))).key == NOT_THE_CENTRE


def test_nobody_listens(connect: Callable[..., CentreClient], centre: CentreDouble) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert failure(lambda: connect(f"http://127.0.0.1:{port}").heartbeat(beat())).key == DOWN


def test_a_peer_that_trickles_cannot_hold_us_beyond_the_whole_deadline(
    connect: Callable[..., CentreClient], centre: CentreDouble
) -> None:
    client = connect(timeouts=Timeouts(connect=0.5, read=5.0, total=0.4))
    centre.always = Fault.TRICKLE
    began = time.monotonic()
    assert failure(lambda: client.push(push(sent(1)))).key == SLOW
    assert time.monotonic() - began < 2.0


def test_a_connection_the_centre_closed_meanwhile_is_replaced_silently(
    client: CentreClient, centre: CentreDouble
) -> None:
    client.heartbeat(beat("a" * 32))
    centre.faults.append(Fault.DROP)
    assert client.heartbeat(beat("c" * 32)).nonce == "c" * 32


def test_closing_ends_what_is_under_way(connect: Callable[..., CentreClient], centre: CentreDouble) -> None:
    client = connect(timeouts=Timeouts(connect=5, read=30, total=60))
    centre.always = Fault.SILENT
    keys: list[str] = []
    waiting = threading.Thread(target=lambda: keys.append(failure(lambda: client.push(push(sent(1)))).key))
    waiting.start()
    until(lambda: centre._open, "a connection")
    client.close()
    waiting.join(LONG)
    assert keys in (["link.slow"], ["link.down"])


def test_nothing_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, connect: Callable[..., CentreClient]
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert connect().push(push(sent(1))).ack == 1


@pytest.mark.parametrize("url", ["", "centre.example", "ftp://centre.example", "http://"])
def test_a_url_that_is_none_is_a_mistake_in_the_settings(connect: Callable[..., CentreClient], url: str) -> None:
    with pytest.raises(ValueError, match="url of the centre"):
        CentreClient(url, "GL-01", "GL-01", SigningKey.fresh(), {})


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("7", 7.0),
        ("Sun, 22 Nov 2026 02:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 01:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_against_the_answers_own_date(written: str, seconds: float | None) -> None:
    headers = CaseInsensitiveDict({"Retry-After": written, "Date": "Sun, 22 Nov 2026 02:00:00 GMT"})
    assert client_module._retry_after(headers) == seconds
