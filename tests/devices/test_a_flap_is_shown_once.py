"""What a citizen is shown of a value that flaps: the first change at once, then nothing until one lasts."""

from hypothesis import given
from hypothesis import strategies as st

from devices.damper import Damper


def test_after_a_quiet_time_a_change_shows_at_once() -> None:
    damper: Damper[str] = Damper()
    assert damper.seen("ready", 0.0) == "ready"
    assert damper.seen("ready", 6.0) == "ready"
    assert damper.seen("lost", 6.1) == "lost"
    assert damper.settles_at is None


def test_a_change_soon_after_another_must_last() -> None:
    damper: Damper[str] = Damper()
    damper.seen("ready", 0.0)
    assert damper.seen("lost", 1.0) == "ready"
    assert damper.settles_at == 2.5
    assert damper.seen("lost", 2.4) == "ready"
    assert damper.seen("lost", 2.5) == "lost"
    assert damper.settles_at is None


def test_a_line_that_flaps_ten_times_a_second_shows_two_changes_in_all() -> None:
    damper: Damper[str] = Damper()
    damper.seen("ready", 0.0)
    shown = ["ready"]
    for tick in range(600):
        value = "lost" if tick < 300 and tick % 2 == 0 else "ready"
        said = damper.seen(value, 10.0 + tick * 0.05)
        if said != shown[-1]:
            shown.append(said)
    assert shown == ["ready", "lost", "ready"]


def test_a_value_that_was_the_same_again_in_time_never_showed() -> None:
    damper: Damper[str] = Damper()
    damper.seen("ready", 0.0)
    assert [damper.seen("lost", 1.0), damper.seen("ready", 1.5), damper.seen("ready", 9.0)] == ["ready"] * 3


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0.01, 8.0)), min_size=2, max_size=40))
def test_shown_changes_are_never_closer_than_the_hold_unless_the_second_came_out_of_quiet(
    steps: list[tuple[str, float]],
) -> None:
    damper: Damper[str] = Damper(hold=1.5, quiet=5.0)
    now, raw, raw_changed = 0.0, "a", 0.0
    shown = damper.seen("a", 0.0)
    for value, pause in steps:
        now += pause
        quiet = now - raw_changed >= 5.0
        if value != raw:
            raw, raw_changed = value, now
        said = damper.seen(value, now)
        if said != shown:
            assert quiet or now >= raw_changed + 1.5
            shown = said
    settled = damper.settles_at
    assert damper.seen(raw, now if settled is None else settled) == raw
    assert damper.settles_at is None


def test_asked_at_the_very_moment_it_named_it_has_settled() -> None:
    damper: Damper[str] = Damper(hold=1.5)
    damper.seen("a", 0.0)
    damper.seen("b", 5.89322706636723)
    damper.seen("a", 6.90322706636723)
    settled = damper.settles_at
    assert settled is not None
    assert damper.seen("a", settled) == "a"
    assert damper.settles_at is None
