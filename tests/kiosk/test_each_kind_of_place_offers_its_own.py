"""Site profiles (ZZ-06 to ZZ-10): what each offers, how it behaves, and what the settings say instead."""

from pathlib import Path

import msgspec
import pytest

from contract.catalogue import ItemKind
from contract.hours import Hours, Opening
from kiosk import services, settings, sites
from kiosk.facts import USUAL_LEVEL, Attract, VoiceHour, voice_level
from kiosk.journey import events as e
from kiosk.settings import SettingsError
from kiosk.sites import Profile, ProfileError
from kiosk.terminal import offer
from tests.kiosk.test_a_bad_file_gets_one_clear_sentence import WHOLE, write
from tests.screens.album import HOLDER, NOON, NUMBER, SITE, VISIT, WELL, after, fresh
from ui.views.frame import pulse_view
from ui.views.scene import Scene

HERE = Path(__file__).parent
KINDS = ("community", "hall", "mall", "square", "station")
FILED = next(item for item in services.load().items if item.kind is ItemKind.FILING)
NUMBERED = next(item for item in services.load().items if item.kind is ItemKind.NUMBER)


CATALOGUE = services.load().items


def read(folder: Path, site: str = "", rest: str = "") -> settings.Settings:
    return settings.read(write(folder, WHOLE.replace("[centre]", f"{site}\n{rest}[centre]")))


def test_there_is_a_profile_for_every_kind_of_place_and_each_can_be_used(tmp_path: Path) -> None:
    assert sites.names() == KINDS
    for name in KINDS:
        found = read(tmp_path, f'profile = "{name}"')
        assert found.site.profile == name
        assert found.site.voice, f"{name}: a plan for the loudspeaker"
        assert voice_level(found.site.voice, "03:00") <= 25, f"{name}: quiet at night"
        assert voice_level(found.site.voice, "12:00") >= 35


@pytest.mark.parametrize(
    ("name", "first", "also"),
    [
        ("mall", "tax-certificate", {"utility-bills"}),
        ("station", "hong-kong-macao-endorsement", {"identity-card-pickup", "traffic-violations"}),
        ("community", "real-estate-register", {"no-housing-certificate", "second-hand-sale-contract"}),
        ("square", "social-insurance-record", {"medical-insurance-account", "social-insurance-benefits"}),
    ],
)
def test_each_place_shows_its_own_things_first_and_gives_no_numbers_without_windows(
    name: str, first: str, also: set[str]
) -> None:
    offered = [item.slug for item in sites.offered(sites.load(name, HERE), CATALOGUE)]
    assert offered[0] == first
    assert also <= set(offered)
    assert NUMBER not in offered
    everywhere = [item.slug for item in sites.offered(sites.load("hall", HERE), CATALOGUE)]
    assert everywhere[0] != first, "in a hall, what most people come for stands first"


def test_a_hall_offers_everything_and_a_square_files_nothing() -> None:
    assert {item.slug for item in sites.offered(sites.load("hall", HERE), CATALOGUE)} == {i.slug for i in CATALOGUE}
    assert FILED.slug not in {item.slug for item in sites.offered(sites.load("square", HERE), CATALOGUE)}
    assert FILED.slug in {item.slug for item in sites.offered(sites.load("community", HERE), CATALOGUE)}


def test_a_square_is_the_strictest_and_a_community_the_most_patient(tmp_path: Path) -> None:
    waits = {name: read(tmp_path, f'profile = "{name}"').patience for name in KINDS}
    strict = {name: read(tmp_path, f'profile = "{name}"').site.strict for name in KINDS}
    square = waits.pop("square")
    for other in waits.values():
        assert square.hide_after <= other.hide_after
        assert square.page <= other.page
        assert square.countdown < other.countdown
    assert waits["community"].page == max(wait.page for wait in waits.values())
    assert strict == {"community": False, "hall": False, "mall": True, "square": True, "station": True}


def test_what_the_settings_say_goes_before_the_profile(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        'profile = "mall"\nnight_to = "07:15"\nopen = [{ opens = "09:00", closes = "21:00" }]',
        "[patience]\npage = 180.0\n",
    )
    assert (found.site.night_from, found.site.night_to) == ("22:00", "07:15")
    assert found.profile.hours.place == (Opening("09:00", "21:00"),)
    assert (found.patience.page, found.patience.hide_after) == (180.0, 22.0)
    assert found.site.attract is Attract.LARGE
    assert read(tmp_path).site.profile == "hall", "where nothing is said"


def test_a_places_windows_replace_those_of_items_that_have_any(tmp_path: Path) -> None:
    found = read(tmp_path, 'windows = [{ opens = "10:00", closes = "16:00" }]')
    items = {item.slug: item for item in offer.load(found).items}
    assert items[NUMBERED.slug].hours.windows == (Opening("10:00", "16:00"),)
    assert items[FILED.slug].hours == Hours(), "what no window serves gets none"


def test_a_place_of_its_own_kind_is_a_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "library.toml").write_text(
        'name = { zh-Hans = "图书馆" }\noffer = { items = ["tax-*"] }\n'
        'voice = [{ begins = "09:00", ends = "18:00", level = 5 }]\n',
        encoding="utf-8",
    )
    found = read(tmp_path, 'profile = "library.toml"')
    assert [item.slug for item in sites.offered(found.profile, CATALOGUE)] == ["tax-certificate"]
    assert voice_level(found.site.voice, "12:00") == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nam = 1", "nam"),
        ("offer = { items = [] }", "offer.items"),
        ('offer = { items = ["Tax"] }', "offer.items"),
        ('voice = [{ begins = "09:00", ends = "18:00", level = 101 }]', "level"),
        ('hours = { morning = ["12:00", "09:00"] }', "expected later than `opens`"),
        ('hours = { place = [{ opens = "22:00", closes = "06:00" }] }', "expected later than `opens`"),
        ("patience = { page = 30.0 }", "page at least 120 s"),
        ('look = { attract = "huge" }', "attract"),
    ],
)
def test_a_bad_profile_is_one_sentence_with_file_and_place(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "own.toml").write_text(f'name = {{ zh-Hans = "x" }}\n{text}\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=expected) as refused:
        read(tmp_path, 'profile = "own.toml"')
    assert "kiosk.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_profile_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(ProfileError, match="expected one of community, hall, mall, square, station"):
        sites.load("airport", HERE)


def test_voice_goes_by_zone_and_hour() -> None:
    hall: Profile = sites.load("hall", HERE)
    assert voice_level(hall.voice_in("self-service"), "12:00") == 55
    assert voice_level(hall.voice_in("waiting"), "12:00") == 0, "numbers are called in silence where people wait"
    assert voice_level(hall.voice_in(""), "23:00") == 0
    night = (VoiceHour("23:00", "06:00", 20), VoiceHour("06:00", "24:00", 70))
    assert [voice_level(night, clock) for clock in ("23:30", "05:59", "06:00", "22:59")] == [20, 20, 70, 70]
    assert voice_level((), "03:00") == USUAL_LEVEL


def test_among_passers_by_a_page_with_personal_data_reminds_of_them() -> None:
    person = after(fresh(), e.Started(), e.ItemChosen(NUMBER), e.ItemBegun(), e.CardRead(VISIT, HOLDER))
    strict = msgspec.structs.replace(SITE, strict=True)
    assert "请注意身后" in pulse_view(Scene(person, WELL, strict, NOON)).quiet
    assert "请注意身后" not in pulse_view(Scene(person, WELL, SITE, NOON)).quiet
    assert "请注意身后" not in pulse_view(Scene(after(fresh(), e.Started()), WELL, strict, NOON)).quiet
