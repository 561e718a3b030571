"""ZZ-01 and ZZ-15 from the centre's page to the glass: a picture and a night mode said at a place of the tree."""

import itertools
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from central.help import hours
from central.organisation import upkeep as spreading
from central.people import store as people
from contract.feed import FeedKind, RosterHours, SettingsPatch
from contract.help_hours import read as read_hours
from contract.media import Media, piece_path
from kiosk import help_hours
from kiosk.facts import Facts, Shown
from kiosk.power import backlight
from kiosk.settings import read
from kiosk.terminal.directions import save_patch
from offline_cache.feed.kept import Patch
from offline_cache.media.fetcher import MediaFetcher, MediaHeld, Pace
from offline_cache.media.files import MediaFiles
from tests.central.conftest import (  # noqa: F401 - fixtures among them
    AUTHORITY,
    NAME,
    PASSWORD,
    Running,
    embedded,
    embedded_config,
    embedded_model,
    password_hash,
    token_of,
)
from tests.central.media.pictures import picture
from tests.central.terminal_double import TerminalDouble
from tests.screens.album import SITE, WELL, fresh
from tests.waiting import until
from ui.views.arrival import OWN_SECONDS, attract_view
from ui.views.scene import Scene

TREE = "node,name,tier,parent,profile,east,north,halls\nca,长安区,district,,,,,\nwq,韦曲街道,town,ca,,,,长安大厅\n"
NIGHT = datetime(2026, 11, 23, 23, 30)  # noqa: DTZ001 - local time, as pages have it


def post(running: Running, path: str, **form: str) -> int:
    data = {"csrf": token_of(running.client.get("/media").text), **form}
    return running.client.post(path, data=data, follow_redirects=False).status_code


@pytest.fixture
def district(embedded: Running) -> tuple[Running, TerminalDouble]:  # noqa: F811 - the fixture
    """A district with a town, its hall and a terminal; somebody else who may agree."""
    terminal = embedded.enter(TerminalDouble("GL-01"))
    embedded.log_in()
    data = {"csrf": token_of(embedded.client.get("/media").text), "form": "csv"}
    answer = embedded.client.post(
        "/organisation/import", data=data, files={"file": ("t.csv", TREE.encode(), "text/csv")}
    )
    assert "韦曲街道" in answer.text
    return embedded, terminal


def down(running: Running, kind: FeedKind) -> bytes:
    spreading.spread(running.centre)
    found = running.query(f"SELECT body FROM feed WHERE kind = '{kind}' AND replaced_by IS NULL ORDER BY seq")  # noqa: S608 - our own words
    return bytes(found[-1][0])  # type: ignore[call-overload, no-any-return]


class Line:
    """A terminal's line into the centre of this process, signed as every line is."""

    def __init__(self, running: Running, terminal: TerminalDouble) -> None:
        self._running, self._terminal = running, terminal
        self._nonces = itertools.count()

    def piece(self, sha256: str, offset: int) -> bytes | None:
        path = piece_path(sha256, offset)
        nonce = f"nonce-{next(self._nonces):020}"
        headers = self._terminal.signed(AUTHORITY, path, b"", nonce, method="GET")
        answer = self._running.client.get(path, headers=headers)
        return answer.content if answer.status_code == 200 else None

    def close(self) -> None:
        pass


def test_a_picture_said_for_the_district_is_agreed_and_stands_on_the_screen_of_its_terminal(
    district: tuple[Running, TerminalDouble], tmp_path: Path
) -> None:
    running, terminal = district
    today = running.centre.today()
    form = {"node": "ca", "slot": "社保卡", "says_zh": "家门口就能办", "says_en": "Near home", "seconds": "9"}
    data = {"csrf": token_of(running.client.get("/media").text), **form}
    data |= {"first": today.isoformat(), "last": today.isoformat()}
    sent = running.client.post("/media", data=data, files={"file": ("a.png", picture(), "image/png")})
    assert "等待第二人同意" in sent.text
    media_id = str(running.query("SELECT media_id FROM media")[0][0])
    assert post(running, f"/media/{media_id}/agree") == 422
    with running.centre.database.writing() as connection:
        people.set_user(connection, "wang", password_hash(), running.clock())
    running.client.cookies.clear()
    running.log_in("wang", PASSWORD)
    assert post(running, f"/media/{media_id}/agree") == 303
    told = msgspec.json.decode(down(running, FeedKind.MEDIA), type=Media)
    shown = running.client.get("/organisation/terminal:GL-01").text
    assert "家门口就能办" in shown
    assert "长安区" in shown

    held: list[frozenset[str]] = []

    def heard(news: MediaHeld) -> None:
        held.append(news.hashes)

    fetcher = MediaFetcher(
        MediaFiles(tmp_path / "media"),
        Line(running, terminal),
        Pace(1 << 20, 1 << 30),
        heard,
        today=lambda: today,
        stumbled=lambda _: None,
    )
    fetcher.link_is(up=True)
    fetcher.want((told,))
    fetcher.start()
    until(lambda: bool(held) and told.sha256 in held[-1], "the picture lies at the terminal")
    fetcher.stop()
    facts = msgspec.structs.replace(WELL, media=(Shown(told.sha256, told.says, told.seconds),))
    site = msgspec.structs.replace(SITE, pictures=str(tmp_path / "media"))

    def stands(seconds: float, known: Facts = facts) -> str:
        noon = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - the same
        return attract_view(Scene(replace(fresh(), now=seconds, touched_at=0.0), known, site, noon)).picture

    assert stands(OWN_SECONDS - 1) == ""
    assert stands(OWN_SECONDS + 1) == f"file://{tmp_path}/media/{told.sha256}"
    assert post(running, f"/media/{media_id}/withdraw", why="内容过时") == 303
    assert down(running, FeedKind.MEDIA) == b""
    assert stands(OWN_SECONDS + 1, WELL) == ""


def test_a_night_mode_said_for_the_district_dims_the_panel_and_closes_the_bell(
    district: tuple[Running, TerminalDouble], tmp_path: Path
) -> None:
    running, _ = district
    night = {"night_from": "21:00", "night_to": "06:30", "volume": "5", "brightness": "40", "help": "08:00–20:00"}
    assert post(running, "/organisation/ca/say", kind="night", **night) == 303
    patch = msgspec.json.decode(down(running, FeedKind.SETTINGS), type=SettingsPatch)
    path = tmp_path / "kiosk.toml"
    path.write_text(Path("packaging/terminal/kiosk.toml").read_text(encoding="utf-8"), encoding="utf-8")
    save_patch(read(path), Patch(7, "GL-01", patch.values))
    found = read(path)
    assert (found.site.night_from, found.site.night_to) == ("21:00", "06:30")
    assert (found.profile.night.volume, found.profile.night.brightness) == (5, 40)
    assert backlight.wanted(night=True, used=False, at_night=found.profile.night.brightness) == 40
    known = help_hours.offered(read_hours(found.profile.night.help), None, NIGHT)
    assert known is not None
    assert not known.rings
    page = attract_view(Scene(fresh(), msgspec.structs.replace(WELL, help=known), SITE, NIGHT))
    assert "今天远程帮办 08:00–20:00" in page.open


def test_the_rosters_hours_of_the_centre_are_what_the_screen_publishes(embedded: Running) -> None:  # noqa: F811 - the same
    embedded.enter(TerminalDouble("GL-01"))
    embedded.log_in()
    csrf = token_of(embedded.client.get("/help/roster").text)
    days = {f"day{day}": "yes" for day in range(1, 8)}
    form = {"post": "help", "who": NAME, "stand_in": "", "starts": "09:00", "ends": "18:00", **days}
    data = {"csrf": csrf, "valid_from": embedded.centre.today().isoformat(), "valid_until": "", **form}
    assert embedded.client.post("/help/roster", data=data, follow_redirects=False).status_code == 303
    hours.publish(embedded.centre)
    weekly = msgspec.json.decode(down(embedded, FeedKind.HELP_HOURS), type=RosterHours).weekly
    known = help_hours.offered(read_hours(""), weekly, NIGHT)
    page = attract_view(Scene(fresh(), msgspec.structs.replace(WELL, help=known), SITE, NIGHT))
    assert "今天远程帮办 09:00–18:00" in page.open
