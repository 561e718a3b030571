"""A release goes to a few first, on while they are well, stops by itself where one is not, and comes back when told."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from central.people import store as people
from central.releases import acting, making, places, rules
from central.releases.repository import read_key
from central.releases.rules import Before, Next, Rollout, Seen, State
from contract.releases import ReleaseReport, Stage, Wanted
from contract.suites import PublicKey
from kiosk.release.fetching import Fetched, Fetcher, News, NotFetched
from kiosk.release.install import from_folder
from kiosk.release.trusted import Library
from offline_cache.link.client import CentreClient
from offline_cache.link.releases import ReleaseLine
from tests.central.conftest import PASSWORD, Running, password_hash, token_of
from tests.central.terminal_double import TerminalDouble
from tests.kiosk.release.world import wheel
from tests.waiting import until

WISH = {"release": "2.0", "first": "GL-01", "by_hall": "yes", "soak": "10", "absent": "10", "why": "读卡更快"}
WISH |= {"well": "95", "failures": "2"}


def sign(running: Running, folder: Path, *names: str) -> None:
    """What the makers do with their keys."""
    settings = running.centre.settings
    repository, online = places.repository(settings), places.online_key(settings)
    if not repository.exists:
        making.begin(repository, folder / "offline", online, b"", running.clock())
    keys = read_key(folder / "offline" / making.RELEASE_KEY), read_key(online)
    for name in names:
        making.add(repository, name, [wheel(folder, name)], "", keys, running.clock(), "读卡更快")


def post(running: Running, path: str, **form: str) -> tuple[int, str]:
    csrf = token_of(running.client.get("/matters/duty").text)
    answer = running.client.post(path, data={"csrf": csrf, **form}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def second(running: Running) -> None:
    with running.centre.database.writing() as connection:
        people.set_user(connection, "wang", password_hash(), running.clock())
    running.client.cookies.clear()
    assert running.log_in("wang", PASSWORD) == 303


def told(running: Running) -> dict[str, Wanted]:
    """Audience -> what it was told last."""
    rows = running.query("SELECT audience, body FROM feed WHERE kind = 'release' AND replaced_by IS NULL")
    return {str(one): msgspec.json.decode(bytes(body), type=Wanted) for one, body in rows}  # type: ignore[call-overload]


def beats(
    running: Running, terminal: TerminalDouble, running_now: str, stage: Stage, why: str = "", of: str = "2.0"
) -> None:
    at = running.clock().isoformat()
    said = ReleaseReport(running_now, "2.0", stage, of, why, at, at)
    assert running.send(terminal, terminal.heartbeat(release=said, at=at)).status == 200


def begun(running: Running, tmp_path: Path) -> tuple[list[TerminalDouble], str]:
    """Three terminals, a signed release, and its first group told of it by two persons."""
    sign(running, tmp_path, "2.0")
    terminals = [running.enter(TerminalDouble(name)) for name in ("GL-01", "GL-02", "GL-03")]
    for one in terminals:
        beats(running, one, "1", Stage.NONE, of="1")
    running.log_in()
    status, place = post(running, "/releases", **WISH)
    assert status == 303, place
    assert post(running, f"{place}/agree", why="看过")[0] == 403
    assert told(running) == {}
    second(running)
    assert post(running, f"{place}/agree", why="看过")[0] == 303
    assert told(running) == {"GL-01": Wanted("2.0")}
    return terminals, place


def stands(running: Running, place: str) -> State:
    acting.round_of(running.centre)
    found = running.query(f"SELECT state FROM release_rollouts WHERE rollout_id = '{place.rpartition('/')[2]}'")  # noqa: S608 - our own id
    return State(str(found[0][0]))


def soaked(running: Running, *well: TerminalDouble) -> None:
    """The time a group is watched goes by, and these say that they are well with it."""
    running.clock.forward(minutes=11)
    for one in well:
        beats(running, one, "2.0", Stage.WELL)


def test_three_groups_and_it_stops_at_the_bad_one_by_itself(running: Running, tmp_path: Path) -> None:
    (first, good, bad), place = begun(running, tmp_path)
    soaked(running, first)
    until(lambda: stands(running, place) is State.RUNNING and len(told(running)) == 3, "the second group")
    beats(running, first, "2.0", Stage.WELL)
    beats(running, good, "2.0", Stage.WELL)
    beats(running, bad, "1", Stage.BACK, "release.devices")
    assert stands(running, place) is State.STOPPED
    assert "*" not in told(running)
    page = running.client.get(place).text
    for shown in ("已自动停止", "GL-03", "有设备不工作了", "读卡更快"):
        assert shown in page
    assert post(running, f"{place}/resume", why="")[0] == 422
    assert post(running, f"{place}/resume", why="换了打印机")[0] == 303
    soaked(running, first, good)
    beats(running, bad, "1", Stage.BACK, "release.devices")
    until(lambda: stands(running, place) is not State.STOPPED and "*" in told(running), "everybody")
    assert post(running, f"{place}/back", why="投诉多")[0] == 303
    assert set(told(running).values()) == {Wanted("", "2.0")}
    acts = running.query("SELECT detail FROM audit_log WHERE act = 'release_step'")
    assert [str(row[0]).split()[0] for row in acts][:2] == ["propose", "agree"]
    assert {"stop", "resume", "go_on", "back"} <= {str(row[0]).split()[0] for row in acts}


def test_a_release_that_is_well_everywhere_is_done(embedded: Running, tmp_path: Path) -> None:
    """The negative control: nothing stops it."""
    terminals, place = begun(embedded, tmp_path)
    for _ in range(3):
        soaked(embedded, *terminals)
        stands(embedded, place)
    assert stands(embedded, place) is State.DONE
    assert embedded.log_in("wang") == 303, "half an hour has gone by"
    page = embedded.client.get("/releases").text
    for shown in ("已完成", "2.0", "最近检查", "型号 · 固件"):
        assert shown in page
    assert post(embedded, "/releases", **(WISH | {"release": "9.9"}))[0] == 422
    assert post(embedded, "/releases", **(WISH | {"first": "XX-99"}))[0] == 422


def test_the_table_shows_what_every_terminal_is_made_of_and_runs(embedded: Running, tmp_path: Path) -> None:
    terminals, _ = begun(embedded, tmp_path)
    made = msgspec.structs.replace(terminals[0].heartbeat().devices[0], model="KP-80", firmware="FW 3.11")
    at = embedded.clock().isoformat()
    said = ReleaseReport("1", "2.0", Stage.FETCHING, "2.0", "", at, at, 40)
    embedded.send(terminals[0], terminals[0].heartbeat(devices=(made,), release=said))
    page = embedded.client.get("/releases").text
    row = page.partition('id="terminals"')[2].partition("GL-01")[2].partition("GL-02")[0]
    for shown in ("KP-80", "FW 3.11", "下载中", "40 %", '<td class="time" data-label="应有版本">2.0</td>'):
        assert shown in row
    embedded.clock.forward(minutes=1)
    late = msgspec.structs.replace(said, checked_at="2026-01-01T00:00:00+08:00")
    embedded.send(terminals[0], terminals[0].heartbeat(release=late))
    assert "一天未核验" in embedded.client.get("/releases").text


def test_paused_it_waits_for_somebody(embedded: Running, tmp_path: Path) -> None:
    terminals, place = begun(embedded, tmp_path)
    assert post(embedded, f"{place}/pause", why="今天开大会")[0] == 303
    soaked(embedded, *terminals)
    assert stands(embedded, place) is State.PAUSED
    assert set(told(embedded)) == {"GL-01"}
    assert post(embedded, "/releases", **WISH)[0] == 422


MOMENT = datetime(2026, 5, 1, 2, tzinfo=UTC)


def rollout(**changes: object) -> Rollout:
    whole = Rollout(
        *("r", "2.0", "1", "", (("a", "b"), ("*",)), 10, 10, 95, 2, State.RUNNING, 0),
        baseline={"a": Before(online=True), "b": Before(online=True)},
        by_whom="x",
        agreed_by="y",
        made_at=MOMENT,
        stage_at=MOMENT,
        changed_at=MOMENT,
        note="",
    )
    return msgspec.structs.replace(whole, **changes)


def seen(name: str, stage: Stage, runs: str = "1", **changes: object) -> Seen:
    whole = Seen(name, online=True, heard_at=MOMENT, said=ReleaseReport(runs, "2.0", stage, "2.0"), closed=0)
    return msgspec.structs.replace(whole, **changes)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (seen("b", Stage.WELL, "2.0"), Next.GO_ON),
        (seen("b", Stage.FETCHING), Next.WAIT),
        (seen("b", Stage.FETCHING, online=False), Next.GO_ON),
        (seen("b", Stage.WELL, "2.0", closed=1), Next.STOP),
        (seen("b", Stage.TRIAL, "2.0", online=False, heard_at=MOMENT), Next.STOP),
        (seen("b", Stage.REFUSED), Next.STOP),
    ],
)
def test_what_comes_next_after_the_watch(other: Seen, expected: Next) -> None:
    now = MOMENT + timedelta(minutes=30)
    assert rules.decide(rollout(), [seen("a", Stage.WELL, "2.0"), other], now) is expected


def test_one_failure_in_a_hundred_stops_nothing_and_three_do() -> None:
    well = [seen(f"t{number}", Stage.WELL, "2.0") for number in range(100)]
    all_of_them = rollout(groups=(("*",),))
    now = MOMENT + timedelta(minutes=30)
    failed = [msgspec.structs.replace(one, said=ReleaseReport("1", "2.0", Stage.BACK, "2.0")) for one in well]
    assert rules.decide(all_of_them, [*failed[:2], *well[2:]], now) is Next.FINISH
    assert rules.decide(all_of_them, [*failed[:3], *well[3:]], now) is Next.STOP


@contextmanager
def listening(running: Running) -> Iterator[str]:
    """The centre under test at a real port."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = running.client.get(self.path, headers=dict(self.headers))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def fetching(running: Running, folder: Path, root: Path) -> Iterator[tuple[Fetcher, Callable[[type[News]], News]]]:
    """A terminal's own thread against it."""
    terminal = running.enter(TerminalDouble("GL-01"))
    heard: list[News] = []
    keys = running.centre.keys
    centre_keys = {keys.signing_id: PublicKey(keys.signing.suite, keys.signing.public)}
    with listening(running) as url:
        client = CentreClient(url, terminal.id, terminal.key_id or terminal.id, terminal.key, centre_keys)
        fetcher = Fetcher(
            ReleaseLine(client), root, folder, heard.append, kilobytes_per_second=100_000, jitter=lambda: 0.0
        )
        fetcher.start()
        fetcher.link_is(up=True)

        def first(kind: type[News]) -> News:
            until(lambda: any(isinstance(one, kind) for one in heard), kind.__name__)
            return next(one for one in heard if isinstance(one, kind))

        try:
            yield fetcher, first
        finally:
            fetcher.stop()


def test_a_terminal_fetches_it_over_its_own_line_and_the_installer_believes_it(
    embedded: Running, tmp_path: Path
) -> None:
    sign(embedded, tmp_path, "2.0")
    root = tmp_path / "offline" / making.FIRST_ROOT
    with fetching(embedded, tmp_path / "fetched", root) as (fetcher, first):
        fetcher.want("2.0")
        assert first(Fetched) == Fetched("2.0")
    library = Library(root.read_bytes(), tmp_path / "installer", from_folder(tmp_path / "fetched"))
    library.look()
    made_of = library.manifest("2.0", tmp_path)
    assert library.fetch(made_of.files[0], tmp_path / "whole.whl").stat().st_size > 100


def test_a_changed_file_is_refused_and_stops_the_rollout(embedded: Running, tmp_path: Path) -> None:
    sign(embedded, tmp_path, "2.0")
    changed = next(places.repository(embedded.centre.settings).targets.glob("*.whl"))
    changed.write_bytes(changed.read_bytes()[:-1] + b"!")
    root = tmp_path / "offline" / making.FIRST_ROOT
    with fetching(embedded, tmp_path / "fetched", root) as (fetcher, first):
        fetcher.want("2.0")
        refused = first(NotFetched)
    assert isinstance(refused, NotFetched)
    assert (refused.release, refused.why) == ("2.0", "release.changed")
    said = seen("a", Stage.REFUSED, said=ReleaseReport("1", "2.0", Stage.REFUSED, "2.0", refused.why))
    assert rules.decide(rollout(), [said], MOMENT) is Next.STOP
    shutil.rmtree(tmp_path / "fetched")


def test_a_stranger_gets_no_piece(embedded: Running, tmp_path: Path) -> None:
    sign(embedded, tmp_path, "2.0")
    assert embedded.client.get("/v1/releases/metadata/0/timestamp.json").status_code == 401
