"""Random citizens at every service: whatever happens the page can be read in every language and there is a way on."""

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from kiosk import words
from kiosk.journey import page as p
from kiosk.journey.progress import Journey, Screen
from tests.kiosk.services.random_citizens import Walk, starts
from tests.screens.album import NOON, SITE, WELL
from ui.views.page import page_view
from ui.views.scene import Scene

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
ROOT = Path(__file__).resolve().parents[3]


def check(journey: Journey) -> None:
    """What holds on every page of every service."""
    page = journey.page
    if page is None:
        return
    for language in LANGUAGES:
        shown = page_view(Scene(replace(journey, language=language), WELL, SITE, NOON))
        assert shown is not None
        assert shown.title, page.name
        texts = _texts(msgspec.to_builtins(shown))
        assert not [text for text in texts if "{" in text or re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text)], texts
    way_on = bool(page.main or page.second or page.may_back) or isinstance(page.body, p.Wait | p.Choose)
    # Whoever waits is served by an answer; every other page has something to touch.
    assert way_on or page.pace is p.Pace.WAITS, page.name
    whole = [option for option in page.body.options if not option.off] if isinstance(page.body, p.Choose) else []
    assert len({option.value for option in whole}) == len(whole)
    if journey.holder is not None and page.name in {"query.found", "progress.cases", "appointment.mine"}:
        assert page.personal


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        hidden = {"name", "kind", "icon", "source", "raw", "pad", "value", "key", "mark", "tone", "picture"}
        return [text for key, part in value.items() if key not in hidden for text in _texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) and value else []


@pytest.mark.parametrize(("name", "about"), sorted(starts()))
def test_a_service_survives_random_citizens(name: str, about: str) -> None:
    for seed in range(6):
        walk = Walk(seed, name, about)
        assert walk.journey.screen is not Screen.HOME, "it opened"
        for _ in range(70):
            check(walk.journey)
            walk.go()
            if walk.journey.screen is Screen.ENDED:
                break
        money(walk)


def money(walk: Walk) -> None:
    """Nobody pays twice for one act, and every act that was refused for certain is refunded."""
    used = [order for order in walk.centre.acts.values() if order]
    assert len(used) == len(set(used))
    assert not set(used) & walk.centre.refunded


def test_a_service_that_shows_an_unfilled_word_is_found() -> None:
    """Negative control: a page whose text was never finished turns the check red."""
    walk = Walk(0, "saying", "")

    class Broken(type(walk.journey.service)):  # type: ignore[misc]  # the service's own class with one wrong page
        def page(self, known: object) -> p.Page:  # noqa: ARG002 - as every page is called
            return p.Page("broken", "saying.title", p.Read(()))

    service = walk.journey.service
    assert service is not None
    broken = Broken(**{name: getattr(service, name) for name in service.__struct_fields__})
    with pytest.raises(AssertionError):
        check(replace(walk.journey, service=broken))


def test_every_word_a_service_names_exists() -> None:
    asked = {
        key
        for path in (ROOT / "kiosk" / "journey").rglob("*.py")
        for key in re.findall(r"""word\(\s*"([a-z0-9_.]+)"[,)]""", path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 200
    assert asked - words.load("zh-Hans").keys() == set()
