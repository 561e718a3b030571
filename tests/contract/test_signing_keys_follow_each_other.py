"""Whoever knows one key of the line follows it to the one in force; nobody else's word counts."""

import itertools
from collections.abc import Mapping

import msgspec
import pytest

from contract.succession import Says, Statement, followed, stated
from contract.suites import SUITES, PublicKey, SigningKey

AT = "2026-11-22T00:00:00+00:00"


class Line:
    """Keys a, b, c, … of one suite, each announced by the one before, which it retires then."""

    def __init__(self, suite_id: str, length: int = 4) -> None:
        self.keys = {name: SigningKey.fresh(suite_id) for name in "abcdefgh"[:length]}
        self.statements: list[Statement] = []
        for old, new in itertools.pairwise(self.keys):
            self.statements += [self.says(Says.SUCCEEDS, new, old), self.says(Says.RETIRED, old, new)]

    def says(self, what: Says, about: str, by: str) -> Statement:
        return stated(what, (about, self.keys[about].public_key), (by, self.keys[by]), AT)

    def known(self, *names: str) -> dict[str, PublicKey]:
        return {name: self.keys[name].public_key for name in names}


@pytest.fixture(params=SUITES)
def line(request: pytest.FixtureRequest) -> Line:
    return Line(request.param)


def believed(enrolled: Mapping[str, PublicKey], statements: list[Statement]) -> str:
    return "".join(sorted(followed(enrolled, statements)[0]))


def test_from_any_key_the_line_leads_to_the_last(line: Line) -> None:
    for name in line.keys:
        assert believed(line.known(name), line.statements) == "d"
    assert followed(line.known("a"), line.statements)[0] == line.known("d")
    # Until it is retired the one before is believed, too; and what was counted once counts the same again.
    assert believed(line.known("a"), line.statements[:-1]) == "cd"
    counted = followed(line.known("a"), line.statements)[1]
    assert counted == tuple(line.statements)
    assert followed(line.known("a"), (*counted, *line.statements)) == (line.known("d"), counted)


def test_what_no_known_key_signed_changes_nothing(line: Line) -> None:
    stranger = Line(line.keys["a"].suite)
    assert believed(line.known("a"), stranger.statements) == "a"
    for field, value in (("key", stranger.keys["b"].public), ("id", "x"), ("at", ""), ("says", "retired"), ("by", "b")):
        bent = msgspec.structs.replace(line.statements[0], **{field: value})
        assert believed(line.known("a"), [bent]) == "a"
    # Control: the very statement, unbent, is believed.
    assert believed(line.known("a"), line.statements[:1]) == "ab"
    # A gap in the line is not jumped over.
    assert believed(line.known("a"), line.statements[2:]) == "a"


def test_an_old_key_in_a_thiefs_hand_takes_no_place(line: Line) -> None:
    thief = SigningKey.fresh(line.keys["a"].suite)
    his = stated(Says.SUCCEEDS, ("thief", thief.public_key), ("a", line.keys["a"]), AT)
    _, counted = followed(line.known("a"), line.statements[:2])
    assert "thief" not in followed(line.known("a"), (*counted, his))[0]
    # Before it is retired it cannot put the newer one away, nor bring itself back afterwards.
    assert believed(line.known("a"), [line.statements[0], line.says(Says.RETIRED, "b", "a")]) == "ab"
    assert believed(line.known("a"), [*line.statements[:2], line.says(Says.SUCCEEDS, "a", "b")]) == "b"


def test_nobody_is_left_without_a_key(line: Line) -> None:
    assert believed(line.known("a"), [line.says(Says.RETIRED, "a", "a")]) == "a"
