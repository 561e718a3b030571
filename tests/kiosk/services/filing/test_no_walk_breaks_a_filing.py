"""Random touches and news at every place of every filing: what must hold, holds after each of them."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contract.catalogue import Item
from kiosk import words
from kiosk.journey import events as e
from kiosk.journey import page as p
from kiosk.journey.services.filing import plan
from kiosk.journey.services.filing.service import FilingService
from kiosk.journey.services.filing.state import Filing
from kiosk.journey.step import Journey, Screen, Step, step
from tests.kiosk.services.filing.citizen import (
    CASE,
    FILINGS,
    HOLDER,
    ITEMS,
    OTHER,
    STROKES,
    VISIT,
    WALL,
    Citizen,
    World,
)
from tests.screens.album import NOON, SITE, WELL
from ui.views.page import PageView, page_view
from ui.views.scene import Scene

LANGUAGES = words.languages()
STRAY: tuple[e.Event, ...] = (
    e.WentBack(), e.LanguageChosen("en"), e.LanguageChosen("zh-Hans"), e.HelpOpened(), e.OverlayClosed(),
    e.Touched(),
    e.Erased(), e.Cleared(), e.KeyPressed("1"), e.KeyPressed("张"), e.Chose("nothing-like-it"),
    e.Acted("never-heard-of"),
    e.Acted("next"), e.Acted("submit"), e.Acted("take"), e.Acted("shoot"), e.Acted("draft"), e.AnswerReopened("mobile"),
    e.AnswerReopened("whose"), e.AnswerReopened("no-such-row"), e.Signed(STROKES), e.Signed(()),
    e.CardRead(VISIT, OTHER),
    e.CardFailed(VISIT, "id_card_reader.read_failed"), e.ScanKept(VISIT, "nobodys"),
    e.Unanswered(VISIT, "nobodys", "slow"),
    e.ScanFailed(VISIT, "nobodys", "document_camera.no_picture"), e.CaseSaved(VISIT, CASE, "1", "A", "d", "t", None),
    e.SaveFailed(VISIT, CASE, "store.full"), e.PaperMoved(VISIT, "nobodys", e.TicketState.FAILED),
    e.DutyChanged((), link_up=False), e.DutyChanged((), link_up=True, papers=True),
    e.DutyChanged(tuple((item.slug, "document_camera") for item in FILINGS), link_up=True),
)  # fmt: skip


class BrokenRule(AssertionError):
    """A filing did what none may do."""


def check(citizen: Citizen, before: Journey) -> None:
    """What must hold after every event."""
    saves = citizen.asked(e.SaveCase)
    rule(len({save.case_id for save in saves}) <= 1, "one visit keeps one case", citizen)
    kept = before.outcome is not None
    rule(not kept or citizen.journey.screen is not Screen.SAVING, "what is kept is not kept again", citizen)
    page = citizen.page
    if page is None or not isinstance(citizen.journey.service, Filing):
        return
    f = citizen.filing
    ways = [page.main] if page.main else []
    names = [action.name for action in (*ways, *page.second)]
    rule(len(names) == len(set(names)), f"each button is there once: {names}", citizen)
    busy = isinstance(page.body, p.Wait) or (isinstance(page.body, p.Scan) and page.body.busy)
    rule(busy or bool(names) or isinstance(page.body, p.Choose), "there is always something to do", citizen)
    own = page.name.startswith("filing.")
    rule(not own or not busy or page.pace is p.Pace.WAITS, "nobody is thrown out of a page that only waits", citizen)
    if known_of(f):
        rule(page.personal or not shows_personal(page), "what is personal is hidden when nobody looks", citizen)
    rule(0 <= page.here < len(page.steps) or f.at == plan.STOP, "the step bar says where one is", citizen)


def known_of(f: Filing) -> bool:
    """Whether anything personal has been said."""
    return bool(f.told)


def shows_personal(page: p.Page) -> bool:
    """Whether the page shows something of a person."""
    match page.body:
        case p.Enter(_, typed):
            return bool(typed)
        case p.Check() | p.Sign():
            return True
        case p.Read(blocks):
            return any(isinstance(block, p.Entry) and block.personal for block in blocks)
        case _:
            return False


def said_everywhere(page: p.Page, journey: Journey) -> list[PageView]:
    """The page in every language: a key without words raises."""
    found = []
    for language in LANGUAGES:
        spoken = page_view(Scene(replace(journey, language=language), WELL, SITE, NOON))
        assert spoken is not None
        assert spoken.title, page.name
        found.append(spoken)
    return found


def rule(holds: bool, what: str, citizen: Citizen) -> None:
    """Raises BrokenRule with the way there."""
    if not holds:
        message = f"{what}: {citizen.seen[-8:]} -> {citizen.page.name if citizen.page else citizen.journey.screen}"
        raise BrokenRule(message)


def walk(item: Item, course: list[tuple[int, int]], rules: Callable[[Journey, e.Event], Step] = step) -> Citizen:
    """Mostly sensible, one in three a stray event, now and then doubled; then patient to the end."""
    citizen = Ruled(World(), rules=rules)
    citizen.begin(item.slug, HOLDER)
    for kind, choice in course:
        if citizen.journey.screen in (Screen.ENDED, Screen.HOME, Screen.ITEM, Screen.FAREWELL, Screen.RESULT):
            break
        citizen.seen.append(citizen.page.name if citizen.page else citizen.journey.screen.value)
        if kind <= 5:
            citizen.one_step()
        elif kind <= 8:
            citizen.happen(*((STRAY[choice % len(STRAY)],) * (1 + choice % 2)))
        else:
            citizen.wait(float(choice % 40))
        citizen.world.camera = ("good", "poor", "bad", "lost")[choice % 4]
    return citizen


class Ruled(Citizen):
    """A citizen whose every event is checked."""

    def __init__(self, world: World, rules: Callable[[Journey, e.Event], Step] = step) -> None:
        self.rules = rules
        super().__init__(world)

    def happen(self, *events: e.Event) -> None:
        """As `Citizen`, held to the rules."""
        for event in events:
            before = self.journey
            self.journey, effects = self.rules(before, event)
            self.effects += effects
            check(self, before)
            for effect in effects:
                self.happen(*self.reply(effect))


COURSES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 10_000)), min_size=10, max_size=70)


@pytest.mark.slow
@settings(max_examples=45, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(slug=st.sampled_from([item.slug for item in FILINGS]), course=COURSES)
def test_a_walk_keeps_every_rule_and_can_always_be_finished(slug: str, course: list[tuple[int, int]]) -> None:
    citizen = walk(next(item for item in FILINGS if item.slug == slug), course)
    j = citizen.journey
    if j.service is None or not isinstance(j.service, Filing):
        return
    if (page := citizen.page) is not None:
        said_everywhere(page, j)
    citizen.world.camera, citizen.link_up = "good", True
    citizen.happen(e.DutyChanged((), link_up=True, papers=True), e.StayedOn(), e.Touched(), e.OverlayClosed())
    citizen.choices |= {
        "ask.trade": "retail", "ask.half_year": "yes", "ask.age_band": "60-64", "ask.years": "below",
    }  # fmt: skip
    if page is not None and citizen.page is not None and citizen.page.name == "filing.stop":
        citizen.happen(e.WentBack())
    citizen.go_on("", most=220)
    assert citizen.journey.screen in (Screen.RESULT, Screen.HOME, Screen.FAREWELL), citizen.seen[-10:]
    assert len({save.case_id for save in citizen.asked(e.SaveCase)}) <= 1


@pytest.mark.parametrize("item", FILINGS, ids=lambda item: item.slug)
def test_every_page_on_the_way_can_be_left_gone_back_from_and_read_in_every_language(item: Item) -> None:
    citizen = Citizen(choices={"ask.age_band": "60-64"})
    citizen.begin(item.slug)
    for _ in range(60):
        if citizen.journey.screen in (Screen.RESULT, Screen.HOME):
            break
        if (page := citizen.page) is not None:
            said_everywhere(page, citizen.journey)
            before = citizen.journey
            told = citizen.filing.told
            gone, _ = step(before, e.WentBack())
            if isinstance(gone.service, Filing):
                assert gone.service.told == told, "going back keeps every answer"
            left, _ = step(before, e.Left())
            assert left.service is None
            assert left.answers == ()
            again, _ = step(*_touched(before, e.LanguageChosen("en")))
            assert again.service == before.service, "a language changes nothing but the words"
            idle = before
            for _ in range(80):
                idle, _ = step(idle, e.Ticked(idle.now + 10, WALL))
            waits = page.pace is p.Pace.WAITS
            assert waits or idle.service is None, "a page that nobody touches ends"
        citizen.one_step()
    assert citizen.journey.screen is Screen.RESULT


def _touched(journey: Journey, event: e.Event) -> tuple[Journey, e.Event]:
    return step(journey, event)[0], e.Touched()


@pytest.mark.parametrize(
    ("broken", "rule_said"),
    [("twice", "each button is there once"), ("public", "what is personal is hidden"), ("stuck", "always something")],
)
def test_a_planted_fault_is_found(broken: str, rule_said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = FilingService.page

    def page(self: FilingService, known: object) -> p.Page:
        shown = whole(self, known)  # type: ignore[arg-type]
        if broken == "twice" and shown.main is not None:
            return msgspec.structs.replace(shown, second=(*shown.second, shown.main))
        if broken == "stuck" and isinstance(shown.body, p.Enter | p.Check):
            return msgspec.structs.replace(shown, main=None, second=())
        return msgspec.structs.replace(shown, personal=False) if broken == "public" else shown

    monkeypatch.setattr(FilingService, "page", page)
    with pytest.raises(BrokenRule, match=rule_said):
        walk(FILINGS[2], [(0, 0)] * 60)


def test_a_shell_that_keeps_a_case_twice_is_found() -> None:
    def careless(journey: Journey, event: e.Event) -> Step:
        after, effects = step(journey, event)
        if any(isinstance(effect, e.SaveCase) for effect in effects):
            save = next(effect for effect in effects if isinstance(effect, e.SaveCase))
            return after, (*effects, msgspec.structs.replace(save, case_id="another"))
        return after, effects

    with pytest.raises(BrokenRule, match="one visit keeps one case"):
        walk(FILINGS[0], [(0, 0)] * 60, careless)


def test_the_items_of_these_tests_use_every_part_of_a_filing() -> None:
    parts = {"situations", "tolerance", "commitment", "agents", "joint", "delivery", "reach", "fees"}
    assert parts <= {part for item in ITEMS for part in parts if getattr(item, part)}
    kinds = {field.kind.value for item in FILINGS for field in item.form}
    assert kinds == {
        "mobile", "choice", "several", "name", "id_number", "date", "money", "number", "text", "address", "code",
    }  # fmt: skip
