"""What went wrong for others, as far as it touches storage, sync, numbers or clocks, and the test that holds it here.

F4 and F5 are about calling numbers to a desk, which the centre does not do yet; F8, F10, F11, F13, F14 and F20 are
about devices and pages and are held in their folders.
"""

import ast
from configparser import RawConfigParser
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
HELD_BY = {
    "F1 success is shown for a failed print": (
        "ui/test_the_screen_tells_the_truth_about_paper.py::test_printed_is_said_with_evidence_only",
        "offline_cache/test_case_number_paper_and_outbox_are_one.py::test_how_a_ticket_ended_is_told_once_in_its_cases_lane",
    ),
    "F2 a second ticket when the language is reset": (
        "journeys/test_stories.py::test_changing_the_language_on_the_result_prints_nothing_more",
        "offline_cache/test_case_number_paper_and_outbox_are_one.py::test_a_ticket_is_claimed_once",
    ),
    "F3 a double tap, or a retry after a lost reply, issues two numbers": (
        "kiosk/test_a_double_tap_is_one_touch.py::test_five_taps_in_300_ms_open_one_page",
        "journeys/test_stories.py::test_two_to_five_taps_on_submit_are_one_case",
        "offline_cache/test_case_number_paper_and_outbox_are_one.py::test_saving_the_same_case_again_gives_the_same_number",
        "offline_cache/test_case_number_paper_and_outbox_are_one.py::test_eight_threads_racing_with_one_case_get_one_number",
        "central/test_a_number_is_given_once.py::test_the_same_case_gets_the_same_number_for_ever",
    ),
    "F6 numbers corrupt after 17:00, local time applied twice": (
        "offline_cache/test_clocks_lie_and_numbers_stay_unique.py::test_f6_a_clock_swept_over_48_hours_with_a_step_of_two_hours",
        "offline_cache/test_clocks_lie_and_numbers_stay_unique.py::test_the_turn_of_the_year",
        "offline_cache/test_clocks_lie_and_numbers_stay_unique.py::test_the_hall_s_day_is_local_and_does_not_turn_at_utc_midnight",
    ),
    "F7 the daily reset loses or mixes numbers": (
        "offline_cache/test_clocks_lie_and_numbers_stay_unique.py::test_f7_a_reboot_half_a_second_before_midnight",
        "offline_cache/test_clocks_lie_and_numbers_stay_unique.py::test_f7_a_power_cut_at_midnight_leaves_a_gap_and_no_repeat",
    ),
    "F9 a database error is answered with 200, the screen goes blank": (
        "central/test_a_push_is_kept_once.py::test_a_database_that_fails_acknowledges_nothing",
        "central/test_pages_update_by_themselves.py::test_a_page_that_lost_its_centre_says_how_old_it_is_and_goes_on_later",
    ),
    "F12 the whole backlog prints after a refill": (
        "offline_cache/test_kill_nine_loses_nothing.py::test_after_a_night_without_paper_nothing_waits_to_be_printed",
    ),
    "F15 a fixed wait breaks on slow networks": (
        "faults/test_a_slow_line_says_nothing_wrong.py::test_what_is_said_on_a_slow_line_is_true",
    ),
    "F16 a traceback when offline": (
        "faults/test_simulated_worlds_lose_nothing.py::test_a_hundred_thousand_steps_by_seed",
        "demo/test_a_demonstration_keeps_its_promises.py::test_every_visit_is_one_case_and_one_ticket",
        "ui/test_the_screen_tells_the_truth_about_paper.py::test_a_number_without_a_network_is_called_valid",
    ),
    "F17 the newest is called first by a slip in the order": (
        "central/test_a_number_is_given_once.py::test_numbers_follow_arrival_whichever_terminal_asks",
        "central/test_a_push_is_kept_once.py::test_many_terminals_in_one_group_keep_their_order",
        "offline_cache/test_outbox_loses_nothing.py::nothing_is_doubled_changed_or_out_of_order",
    ),
    "F18 records kept too short, or too long": (
        "faults/test_failures_others_had.py::test_the_audit_trail_has_room_for_half_a_year",
        "offline_cache/test_what_is_archived_goes_from_the_disk.py::test_nothing_goes_that_is_not_acknowledged_archived_and_old",
        "offline_cache/test_what_is_archived_goes_from_the_disk.py::test_deleted_is_gone_from_every_page_of_the_file_and_the_wal",
        "ui/test_nothing_of_a_page_outlives_it.py::test_typed_digits_are_gone_with_the_page",
    ),
    "F19 the polarity of ratings is mixed up": ("contract/test_codes_map_both_ways.py::*",),
}

DAYS = 180
EVENTS_A_DAY = 5_000
BYTES_AN_EVENT = 1_500
"""In the journal, with its own fields, before compression."""


@pytest.mark.parametrize(("failure", "tests"), HELD_BY.items())
def test_each_has_a_test_that_holds_it(failure: str, tests: tuple[str, ...]) -> None:
    for test in tests:
        file, _, name = test.partition("::")
        path = TESTS / file
        assert path.exists(), f"{failure}: {file} is gone"
        functions = {
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        assert name == "*" or name in functions, f"{failure}: {file} has no {name}"


def test_the_audit_trail_has_room_for_half_a_year() -> None:
    """F18: the journal is kept on disk, by no clock, with room for 180 days of audit events."""
    settings = RawConfigParser()
    settings.optionxform = str  # type: ignore[assignment, method-assign]
    settings.read(TESTS.parent / "packaging" / "systemd" / "suiban.journald.conf", encoding="utf-8")
    journal = settings["Journal"]
    assert journal["Storage"] == "persistent"
    assert journal["MaxRetentionSec"] == "0"
    assert journal["RateLimitIntervalSec"] == "0"
    room = int(journal["SystemMaxUse"].removesuffix("M")) << 20
    assert room >= DAYS * EVENTS_A_DAY * BYTES_AN_EVENT
