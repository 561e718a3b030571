"""ZZ-15: pictures are read by content, agreed by a second person, inherited with local override, gone at a word."""

import hashlib
import io
from urllib.parse import quote

import msgspec
import pytest
from PIL import Image

from central.feed.rules import Invalid
from central.media import making, rules, upkeep
from central.organisation import upkeep as spreading
from central.people import store as people
from contract.media import PIECE, Form, Media, piece_path
from tests.central.conftest import AUTHORITY, NAME, PASSWORD, Running, password_hash, token_of
from tests.central.media.pictures import picture, sequence
from tests.central.terminal_double import TerminalDouble

HALL = "hall:长安大厅"
TERMINAL = "terminal:GL-01"


@pytest.fixture
def desk(embedded: Running) -> Running:
    """A terminal in a hall, and two who may decide."""
    embedded.enter(TerminalDouble("GL-01"))
    with embedded.centre.database.writing() as connection:
        people.set_user(connection, "wang", password_hash(), embedded.clock())
    embedded.log_in()
    return embedded


def form(running: Running, **changes: str) -> dict[str, str]:
    today = running.centre.today().isoformat()
    usual = {"node": HALL, "slot": "欢迎", "says_zh": "欢迎使用", "says_en": "Welcome", "first": today, "last": today}
    return {"csrf": token_of(running.client.get("/media").text), "seconds": "8", **usual, **changes}


def send_in(running: Running, raw: bytes, **changes: str) -> tuple[int, str]:
    data, files = form(running, **changes), {"file": ("a.png", raw, "image/png")}
    answer = running.client.post("/media", data=data, files=files, follow_redirects=False)
    return answer.status_code, answer.text


def act(running: Running, media_id: str, what: str, **more: str) -> int:
    data = {"csrf": token_of(running.client.get("/media").text), **more}
    return running.client.post(f"/media/{media_id}/{what}", data=data, follow_redirects=False).status_code


def newest(running: Running) -> str:
    return str(running.query("SELECT media_id FROM media ORDER BY sent_at DESC, state DESC")[0][0])


def other(running: Running, name: str = "wang") -> None:
    running.client.cookies.clear()
    assert running.log_in(name, PASSWORD) == 303


def down(running: Running) -> dict[str, Media | None]:
    """What the terminal is to show, by name; None where it was taken away."""
    spreading.spread(running.centre)
    rows = running.query("SELECT key, body FROM feed WHERE kind = 'media' AND replaced_by IS NULL")
    return {
        str(key): msgspec.json.decode(bytes(body), type=Media) if body else None  # type: ignore[call-overload]
        for key, body in rows
    }


def shown(running: Running, raw: bytes, **changes: str) -> str:
    """Sent in by one and agreed by the other."""
    other(running, NAME)
    assert send_in(running, raw, **changes)[0] == 303
    media_id = newest(running)
    other(running)
    assert act(running, media_id, "agree") == 303
    return media_id


def test_who_sent_it_in_cannot_agree_and_what_nobody_agreed_to_goes_nowhere(desk: Running) -> None:
    assert send_in(desk, picture())[0] == 303
    media_id = newest(desk)
    assert act(desk, media_id, "agree") == 422
    assert down(desk) == {}
    other(desk)
    assert act(desk, media_id, "agree") == 303
    told = down(desk)["欢迎"]
    assert told is not None
    assert (told.form, told.says["en"], told.seconds) == (Form.PICTURE, "Welcome", 8)
    assert act(desk, media_id, "agree") == 422


def test_its_bytes_come_in_signed_pieces_and_are_what_the_feed_named(desk: Running) -> None:
    noise = Image.effect_noise((900, 900), 90)
    out = io.BytesIO()
    noise.save(out, "PNG")
    shown(desk, out.getvalue())
    told = down(desk)["欢迎"]
    assert told is not None
    assert told.size > PIECE
    terminal = desk.enter(TerminalDouble("GL-01"), replace=True)
    found = b""
    while len(found) < told.size:
        path = piece_path(told.sha256, len(found))
        headers = terminal.signed(AUTHORITY, path, b"", f"nonce-{len(found)}-0123456789abcdef", method="GET")
        answer = desk.client.get(path, headers=headers)
        assert answer.status_code == 200
        assert answer.headers.get("signature")
        found += answer.content
    assert hashlib.sha256(found).hexdigest() == told.sha256
    assert desk.client.get(piece_path(told.sha256, 0)).status_code == 401


def test_a_place_below_puts_its_own_or_none_in_its_stead_and_gets_it_back(desk: Running) -> None:
    shown(desk, picture())
    above = down(desk)["欢迎"]
    own = shown(desk, picture("darkred"), node=HALL)
    below = down(desk)["欢迎"]
    assert above is not None
    assert below is not None
    assert above.sha256 != below.sha256
    data = {"csrf": token_of(desk.client.get("/media").text), "kind": "media", "key": "欢迎"}
    place = f"/organisation/{quote(TERMINAL)}"
    assert desk.client.post(f"{place}/say", data=data, follow_redirects=False).status_code == 303
    assert down(desk)["欢迎"] is None
    assert "这里不放" in desk.client.get(place).text
    assert desk.client.post(f"{place}/drop", data=data, follow_redirects=False).status_code == 303
    assert down(desk)["欢迎"] == below
    assert act(desk, own, "withdraw", why="换新") == 303
    assert down(desk)["欢迎"] is None


def test_what_is_withdrawn_or_past_is_taken_away_and_its_bytes_are_forgotten(desk: Running) -> None:
    media_id = shown(desk, picture())
    assert act(desk, media_id, "withdraw") == 422
    assert act(desk, media_id, "withdraw", why="内容过时") == 303
    assert down(desk)["欢迎"] is None
    shown(desk, picture("green"))
    desk.clock.forward(days=1)
    upkeep.tidy(desk.centre)
    upkeep.tidy(desk.centre)
    assert down(desk)["欢迎"] is None
    assert desk.query("SELECT count(*) FROM media_content")[0][0] == 0


SLIPS: tuple[tuple[bytes, dict[str, str], str], ...] = (
    (b"%PDF-1.7 no picture", {}, "文件不是可以读的"),
    (b"", {}, "文件不是可以读的"),
    (picture(size=(100, 640)), {}, "画面太小"),
    (picture(), {"says_en": ""}, "中文、英文都要填"),
    (picture(), {"last": "2020-01-01"}, "末日不早于首日和今天"),
    (picture(), {"seconds": "300"}, "3 到 60 秒"),
    (picture(), {"node": "nowhere"}, "请从列表里选"),
    (picture(), {"slot": " "}, "1 到 40 个字"),
    (sequence(*[0, 255] * 10, milliseconds=100), {}, "闪烁太快"),
)


def test_what_cannot_be_shown_is_refused_in_words(desk: Running) -> None:
    for raw, changes, why in SLIPS:
        status, page = send_in(desk, raw, **changes)
        assert status == 422, why
        assert why in page
    assert desk.query("SELECT count(*) FROM media")[0][0] == 0


def test_a_file_is_made_anew_without_what_the_camera_wrote() -> None:
    made = making.made(picture(kind="JPEG", size=(2400, 3200)))
    image = Image.open(io.BytesIO(made.content))
    assert (made.form, image.format, max(image.size)) == (Form.PICTURE, "JPEG", rules.PICTURE_SIDE)
    assert not image.getexif()
    assert b"a camera" not in made.content


def test_a_sequence_is_silent_small_and_calm() -> None:
    made = making.made(sequence(*range(20, 200, 12), milliseconds=40, size=(740, 400)))
    image = Image.open(io.BytesIO(made.content))
    assert (made.form, image.format, max(image.size)) == (Form.SEQUENCE, "WEBP", rules.SEQUENCE_SIDE)
    assert image.n_frames <= made.seconds * rules.FRAMES_A_SECOND + rules.FRAMES_A_SECOND  # type: ignore[attr-defined]


def test_flashes_are_counted_over_the_end_too() -> None:
    assert rules.flashes([0.1, 0.9] * 3, [160] * 6) == 3
    assert rules.flashes([0.1, 0.9] * 5, [100] * 10) > rules.FLASHES_A_SECOND
    assert rules.flashes([0.5, 0.55, 0.5], [100] * 3) == 0
    assert rules.flashes([0.85, 1.0] * 10, [50] * 20) == 0
    assert rules.flashes([], []) == 0
    with pytest.raises(Invalid):
        rules.kept_frames([1000] * 31)
