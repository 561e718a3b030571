"""The pure rules of a hall's way up: whose turn it is, what an answer means, how acts follow each other."""

import secrets

from hypothesis import given
from hypothesis import strategies as st

from central.relays import rules as relays
from central.upward import rules
from central.upward.rules import LaneState
from contract.envelope import Lane
from contract.exchange import PushReply, PushRequest, Refusal, Sent
from contract.feed import FeedItem, FeedKind
from contract.relay import RUNS_AT_MOST, HallAct


def run_of(first: int, last: int) -> PushRequest:
    items = tuple(Sent(seq, f"id{seq}", "0" * 64, b"{}") for seq in range(first, last + 1))
    return PushRequest("GL-01", 1, Lane.NUMBERS, first, "", items)


def state(held: int, sent: int, lane: Lane = Lane.NUMBERS, terminal: str = "GL-01", frozen: str = "") -> LaneState:
    return LaneState(terminal, 1, lane.value, held, sent, frozen)


def test_an_acknowledgement_moves_a_lane_no_further_than_its_run() -> None:
    assert rules.after_reply(state(9, 3), run_of(4, 6), PushReply("", 6, "")).sent == 6
    assert rules.after_reply(state(9, 3), run_of(4, 6), PushReply("", 9, "")).sent == 6  # proves no hash beyond
    gap = PushReply("", 1, "", Refusal.GAP, 4, "expected seq 2")
    assert rules.after_reply(state(9, 3), run_of(4, 6), gap).sent == 1


def test_a_fork_stops_the_lane_before_it() -> None:
    fork = PushReply("", 9, "", Refusal.FORK, 5, "seq 5 is held with another hash")
    verdict = rules.after_reply(state(9, 3), run_of(4, 6), fork)
    assert (verdict.sent, verdict.frozen) == (4, "seq 5: seq 5 is held with another hash")
    assert rules.due([state(9, 4, frozen=verdict.frozen)], {}) == []


def test_a_terminal_the_centre_does_not_know_is_said_first() -> None:
    verdict = rules.after_reply(state(9, 3), run_of(4, 6), PushReply("", 0, "", Refusal.NOT_YOURS))
    assert (verdict.unknown, verdict.sent, verdict.frozen) == (True, 3, "")


@given(st.lists(st.tuples(st.sampled_from(list(Lane)), st.integers(0, 5), st.integers(0, 30)), max_size=60))
def test_no_lane_waits_for_ever_while_others_go_up(lanes: list[tuple[Lane, int, int]]) -> None:
    """Every lane that waits is sent within as many turns as there are loads of lanes, however much the others have."""
    states = [state(held, 0, lane, f"GL-{place:02}-{terminal}") for place, (lane, terminal, held) in enumerate(lanes)]
    waiting = {one.key for one in states if one.waiting}
    turns: dict[rules.LaneKey, int] = {}
    seen: set[rules.LaneKey] = set()
    for turn in range(1, len(waiting) // RUNS_AT_MOST + 2):
        for chosen in rules.due(states, turns):
            turns[chosen.key] = turn
            seen.add(chosen.key)
    assert seen == waiting


@given(st.lists(st.integers(0, 12), max_size=40), st.integers(1, 6))
def test_acts_of_a_hall_are_held_once_and_in_order_whatever_comes_again(starts: list[int], length: int) -> None:
    """Runs that begin anywhere, again and again, as after lost replies: what is held is a prefix without a repeat."""
    sent = [HallAct(seq, f"{seq:064}", b"") for seq in range(1, 20)]
    held: dict[int, str] = {}
    for begin in starts:
        found = relays.follow(sent[begin : begin + length], len(held), held)
        for act in found.new:
            assert act.seq == len(held) + 1
            held[act.seq] = act.hash
        assert found.ack == len(held)
    assert list(held) == list(range(1, len(held) + 1))


def test_an_act_with_another_content_is_refused() -> None:
    found = relays.follow([HallAct(1, "a", b""), HallAct(2, "x", b"")], 2, {1: "a", 2: "b"})
    assert found.refused == "seq 2 is held with another content"


def test_leases_and_keys_of_the_centre_are_not_passed_on() -> None:
    def item(kind: str, body: bytes = b"{}") -> FeedItem:
        return FeedItem(1, "*", kind, "k", 1, body, "", "", "", secrets.token_bytes(1))

    passed = {kind for kind in FeedKind if rules.to_pass_on(item(kind))}
    assert set(FeedKind) - passed == {FeedKind.LEASE, FeedKind.SEALING_KEYS, FeedKind.SIGNING_KEYS}
    assert rules.to_pass_on(item("of_a_later_version"))
