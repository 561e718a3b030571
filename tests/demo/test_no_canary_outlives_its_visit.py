"""Experience 4.5 and 2.3: visits full of canaries end in every way, and no byte of them is left where somebody could
find it: in a file, in a log, behind the database's key, in the memory of a process that lives on.

Not looked at: the simulators (they are the devices), their paper (it is the citizen's), the centre, the departments.
"""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.demo.citizen import Album, Citizen
from kiosk.demo.stage import PanelSize, Stage
from tests.demo.canaries import CARD, MOBILE, OTHER, PATCH, SIGNED, Canaries, type_a_name, type_words
from tests.demo.conftest import OFFSCREEN, Visitor
from tests.waiting import until

pytestmark = pytest.mark.slow
LONG = pytest.mark.skipif(not os.environ.get("SUIBAN_FULL"), reason="long form (SUIBAN_FULL=1): minutes of visits")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Everything fitted, and whatever its processes write beside their settings in a folder that is searched."""
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "told").mkdir()
    (folder / "told" / "sitecustomize.py").write_text(PATCH, encoding="utf-8")
    cards = json.dumps({"canary": CARD, "other": OTHER}, ensure_ascii=False)
    (folder / "told" / "cards.json").write_text(cards, encoding="utf-8")
    environment = {
        **OFFSCREEN,
        "PYTHONPATH": os.pathsep.join((str(folder / "told"), str(Path.cwd()))),
        "SUIBAN_TEST_CANARIES": str(folder / "told"),
    }
    for name in ("TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "HOME"):
        (folder / "around" / name).mkdir(parents=True, mode=0o700)
        environment[name] = str(folder / "around" / name)
    with Stage(folder / "stage", panel=PanelSize(), environment=environment, others=True) as running:
        yield running


@pytest.fixture(scope="module")
def canaries(stage: Stage) -> Canaries:
    """What is planted, over all visits of this file."""
    return Canaries(stage, stage.folder.parent / "told", stage.folder.parent / "around")


@pytest.fixture
def citizen(stage: Stage, tmp_path: Path) -> Iterator[Citizen]:
    """Somebody with a card nobody else has, in front of a terminal whose devices are all there."""
    with Visitor(stage, Album(tmp_path)) as somebody:
        somebody.await_screen("attract")
        fitted = {"document_camera", "document_printer", "id_card_reader"}
        until(lambda: fitted <= {e["device"] for e in stage.trail() if e["event"] == "device_up"}, "the devices")
        yield somebody
        if somebody.look().get("screen") not in (None, "attract"):  # a test that failed: the next one has its own
            with suppress(ProcessLookupError):
                os.kill(somebody.process, signal.SIGKILL)
            gone(somebody, stage, somebody.process)


def page(citizen: Citizen) -> str:
    """The page of the service, or the screen."""
    seen = citizen.look()
    return str(seen.get("page") or seen.get("screen"))


def open_item(citizen: Citizen, door: str, slug: str) -> None:
    """From the attract screen to the item's card."""
    citizen.press("attract")
    citizen.await_screen("home")
    citizen.press(f"door.{door}")
    citizen.await_screen("browse")
    citizen.turn_to(f"item.{slug}")
    citizen.press(f"item.{slug}")
    begin(citizen)


def begin(citizen: Citizen) -> None:
    """From the item's card on, until it is behind."""
    citizen.await_screen("item")
    citizen.press("main")
    page_after(citizen, "item")


def go_on(citizen: Citizen, stage: Stage, canaries: Canaries, until_page: str) -> None:
    """Page after page, doing what each asks for."""
    here = page(citizen)
    while here != until_page:
        if here == "card":
            stage.reader.ask("put_card", card="canary")
        elif names := asks(citizen, here):
            answer(citizen, canaries, here, names)
        here = page_after(citizen, here)


def page_after(citizen: Citizen, before: str) -> str:
    """The page that follows."""
    return until(
        lambda: (now := page(citizen)) not in (before, "None", "") and now, f"what follows {before}", state=citizen.look
    )


def asks(citizen: Citizen, here: str) -> list[str]:
    """What can be touched on this page once there is something of its own; nothing where it has gone on by itself."""

    def found() -> list[list[str]]:
        seen = citizen.look()
        if not seen.get("settled") or not seen.get("texts"):
            return []
        if here not in (seen["page"], seen["screen"]):
            return [[]]
        names = [name for name in seen["names"] if name not in seen["disabled"]]
        own = [name for name in names if name.startswith(("main", "option.", "act.", "key.", "signature"))]
        return [names] if own else []

    return until(found, f"{here} to settle", state=citizen.look)[0]


def answer(citizen: Citizen, canaries: Canaries, here: str, names: list[str]) -> None:
    """What is done on this page."""
    if here.endswith("child_name"):
        canaries.texts.add(type_a_name(citizen))
    elif here.endswith("mobile"):
        for digit in MOBILE:
            citizen.press(f"key.{digit}")
    elif here.endswith("child_born"):
        for digit in "20260105":
            citizen.press(f"key.{digit}")
    elif "signature" in names:
        citizen._ask("draw", name="signature", strokes=SIGNED)
    elif option := next((name for name in names if name.startswith("option.")), ""):
        citizen.press(option)
    if page(citizen) == here:
        citizen.press("act.act" if "act.act" in names else "main")


def part(citizen: Citizen, visit: int) -> None:
    """After the rating: reasons, and for one in a few a survey; neither is wanted."""
    ends = {"rating.tags": "main", "survey.offer": "act.skip"}
    while citizen.process == visit and (here := page(citizen)) not in ("farewell", "take_card", "attract"):
        if here in ends:
            with suppress(ConnectionError):  # the visit may end with this touch
                citizen.press(ends[here])


def gone(citizen: Citizen, stage: Stage, visit: int) -> None:
    """The next attract screen, and the process of the visit before is no more."""
    stage.reader.ask("lift_card")
    citizen.await_another(visit)
    until(lambda: not Path(f"/proc/{visit}").exists(), "the end of the visit")


NEWBORN, FUND, RECORD = "newborn-medical-insurance", "housing-fund-withdrawal", "social-insurance-record"


def finished(citizen: Citizen, stage: Stage, canaries: Canaries) -> None:
    """A filing with a scan, a typed name and a number, to its rating."""
    open_item(citizen, "filing", NEWBORN)
    go_on(citizen, stage, canaries, "result")
    visit = citizen.process
    assert canaries.scan
    until(lambda: citizen.look().get("ticket") == "printed", "the ticket")
    citizen.press("main")
    citizen.await_screen("rating")
    citizen.press("rate.satisfied")
    part(citizen, visit)
    gone(citizen, stage, visit)


def printed(citizen: Citizen, stage: Stage, canaries: Canaries) -> None:
    """A query whose page comes out on A4."""
    open_item(citizen, "query", RECORD)
    go_on(citizen, stage, canaries, "query.paper.printed")
    visit = citizen.process
    assert all(canaries.printed)
    citizen.press("leave")
    gone(citizen, stage, visit)


def complained_and_killed(citizen: Citizen, stage: Stage, canaries: Canaries) -> None:
    """A complaint in words of one's own; then the process is killed."""
    citizen.press("attract")
    citizen.press("door.saying")
    citizen.press("option.complaint")
    citizen.await_screen("saying.about")
    citizen.settle()
    citizen.press(next(name for name in citizen.look()["names"] if name.startswith("option.")))
    citizen.await_screen("saying.text")
    citizen.settle()
    words = type_words(citizen, "luotuo", "putao", "hudie")
    canaries.texts.add(words)
    citizen.press("main")
    citizen.press("option.none")
    citizen.await_screen("saying.check")
    citizen.press("main")
    citizen.await_screen("saying.kept")
    visit = citizen.process
    assert any(words in hit for hit in canaries.in_memory(visit)), "the control: the visit itself holds them"
    os.kill(visit, signal.SIGKILL)
    gone(citizen, stage, visit)


def nothing_is_left(canaries: Canaries) -> None:
    """In what lives on, and on the disk."""
    assert canaries.in_living() == []
    assert canaries.on_disk() == []


def test_nothing_of_visits_that_end_well_early_or_by_force_is_left(
    stage: Stage, citizen: Citizen, canaries: Canaries
) -> None:
    for visit in (finished, printed, complained_and_killed):
        visit(citizen, stage, canaries)
    assert len(canaries.texts) >= 6
    nothing_is_left(canaries)


@LONG
def test_a_visit_that_is_left_with_a_query_and_a_signature(stage: Stage, citizen: Citizen, canaries: Canaries) -> None:
    open_item(citizen, "query", FUND)
    go_on(citizen, stage, canaries, "query.sign")
    answered = citizen.process
    citizen._ask("draw", name="signature", strokes=SIGNED)
    citizen.settle()
    citizen.press("leave")
    gone(citizen, stage, answered)


@LONG
def test_a_visit_nobody_touches_any_more(stage: Stage, citizen: Citizen, canaries: Canaries) -> None:
    open_item(citizen, "filing", NEWBORN)
    go_on(citizen, stage, canaries, "filing.form.mobile")
    canaries.tell("hurry")
    visit = citizen.process
    until(lambda: page(citizen) in ("farewell", "take_card"), "the end of an idle visit")
    canaries.untell("hurry")
    gone(citizen, stage, visit)


@LONG
@pytest.mark.parametrize("how", ["crash", "kill"])
def test_a_visit_that_dies(stage: Stage, citizen: Citizen, canaries: Canaries, how: str) -> None:
    open_item(citizen, "filing", NEWBORN)
    go_on(citizen, stage, canaries, "filing.form.child_sex")
    visit = citizen.process
    if how == "crash":
        canaries.tell("crash")
    else:
        held = "\n".join(canaries.in_memory(visit))
        assert all(text in held for text in CARD.values()), "the control: the visit itself holds them"
        os.kill(visit, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{visit}").exists(), "the end of the visit")
    canaries.untell("crash")
    gone(citizen, stage, visit)


@LONG
def test_another_persons_card_ends_the_visit(stage: Stage, citizen: Citizen, canaries: Canaries) -> None:
    open_item(citizen, "filing", NEWBORN)
    go_on(citizen, stage, canaries, "filing.form.child_sex")
    visit = citizen.process
    stage.reader.ask("lift_card")
    reads = stage.reader.ask("state")["state"]["reads"]
    stage.reader.ask("put_card", card="canary")
    until(lambda: stage.reader.ask("state")["state"]["reads"] > reads, "the own card is known again")
    assert page(citizen) == "filing.form.child_sex"
    stage.reader.ask("put_card", card="other")
    until(lambda: page(citizen) in ("farewell", "take_card"), "the old visit ends")
    told = until(lambda: "另一张身份证" in (texts := " ".join(citizen.look()["texts"])) and texts, "the reason")
    assert "回声" not in told
    canaries.texts.add(OTHER["name"])
    gone(citizen, stage, visit)
    over = [event for event in stage.trail() if event["event"] == "visit_over"][-1]
    assert over["ending"] == "other_card"


@LONG
def test_after_all_of_them_nothing_is_left_either(canaries: Canaries) -> None:
    """Once for all endings: the terminal has lived through every one of them."""
    assert canaries.signature
    nothing_is_left(canaries)


@LONG
def test_nothing_is_behind_the_key(stage: Stage, canaries: Canaries) -> None:
    """What the thief of a whole terminal finds who has its key too; then it starts again for the next one."""
    stage.stop_terminal()
    assert canaries.on_disk() == []
    assert canaries.behind_the_key() == []
    stage.start_terminal()


def test_a_leak_on_purpose_is_found_in_a_file_in_a_log_and_in_memory(
    stage: Stage, citizen: Citizen, canaries: Canaries
) -> None:
    """Negative control: a visit that does not mask the name tells it to file, log and terminal."""
    canaries.tell("leak")
    citizen.press("attract")
    citizen.press("door.number")
    begin(citizen)
    go_on(citizen, stage, canaries, "result")
    canaries.untell("leak")
    visit = citizen.process
    name = CARD["name"]
    assert any(name in hit for hit in canaries.in_memory(stage.terminal_pid))
    found = [hit for hit in canaries.on_disk() if name in hit]
    assert any("terminal.log: " in hit and "as utf-8" in hit for hit in found)
    assert any("leaked: " in hit and "as gbk" in hit for hit in found)
    citizen.press("leave")
    gone(citizen, stage, visit)
    with pytest.raises(FileNotFoundError):
        canaries.in_memory(visit)


@LONG
def test_what_has_leaked_is_behind_the_key_too(stage: Stage, canaries: Canaries) -> None:
    """Negative control of what opens the database, and of a text in another encoding."""
    stage.stop_terminal()
    assert any(CARD["name"] in hit for hit in canaries.behind_the_key())
    (stage.folder.parent / "around" / "TMPDIR" / "planted").write_text(MOBILE, encoding="utf-16")
    assert any(MOBILE in hit for hit in canaries.on_disk())
