"""Metrics, readiness, limits of strangers, and the log server: each asked as its program asks."""

import json
import re
import socket
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from central.audit import rules as audit
from central.audit import store as trail
from central.audit.sending import Sending
from central.metrics.counting import OTHER, Requests
from central.web import hops
from central.web.limits import PAGES, Buckets, Rate
from tests.central.conftest import Running, start, write_config
from tests.central.terminal_double import TerminalDouble
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]


def test_metrics_tell_of_terminals_records_chores_and_requests(running: Running) -> None:
    terminal = running.enter(TerminalDouble())
    running.send(terminal, terminal.heartbeat())
    running.client.get("/login")
    until(lambda: "suiban_chore_age_seconds{" in running.client.get("/metrics").text, "a chore that was done", 20)
    told = running.client.get("/metrics").text
    assert 'suiban_terminals{hall="长安大厅",state="online"} 1.0' in told
    assert re.search(r'suiban_requests_total\{method="GET",page="/login",process="\d+",status="200"\} 1\.0', told)
    for name in ("intake_lag_seconds", "quarantined_records", "outbox_age_seconds", "disk_free_ratio"):
        assert f"suiban_{name}" in told
    assert "张" not in told


def test_what_the_dashboard_and_the_alerts_ask_for_is_told(embedded: Running) -> None:
    embedded.enter(TerminalDouble())
    embedded.client.get("/login")
    told = embedded.client.get("/metrics").text
    names = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE))
    known = names | {f"{name}_bucket" for name in names} | {f"{name}_total" for name in names}
    folder = ROOT / "packaging" / "monitoring"
    board = json.loads((folder / "grafana-suiban.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += re.findall(r"expr: (.+)", (folder / "alerts.yml").read_text(encoding="utf-8"))
    named = {name for one in asked for name in re.findall(r"suiban_\w+", one)}
    assert len(named) > 10
    assert named <= known


def test_metrics_are_for_this_machine_or_for_who_has_the_token(tmp_path: Path, embedded: Running) -> None:
    assert embedded.client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 403
    token = tmp_path / "metrics.token"
    token.write_text("s3cret\n")
    folder = tmp_path / "other"
    folder.mkdir()
    for other in start(write_config(folder, metrics_token_file=str(token))):
        assert other.client.get("/metrics").status_code == 403
        assert other.client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
        assert other.client.get("/metrics", headers={"authorization": "Bearer s3cret"}).status_code == 200
        token.unlink()
        assert other.client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403


def test_a_thousand_paths_fill_no_memory() -> None:
    requests = Requests()
    pages = {requests.page_of(f"/p{number}") for number in range(1000)}
    assert len(pages) <= 81
    assert OTHER in pages
    assert requests.page_of("/v1/push") in {"/v1/push", OTHER}


def test_not_ready_says_why(embedded: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedded.client.get("/readyz").text == "ready\n"
    monkeypatch.setattr("central.web.pages.disk_free", lambda _: 0.001)
    answer = embedded.client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "disk nearly full\n")
    monkeypatch.setattr("central.web.pages.disk_free", lambda _: 0.5)
    with embedded.centre.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO schema_versions VALUES (99999, '')")
    assert embedded.client.get("/readyz").text == "database of another version\n"
    embedded.clock.forward(days=-3650)
    assert "clock before" in embedded.client.get("/readyz").text


def test_a_stranger_who_asks_too_often_waits_and_others_do_not(embedded: Running) -> None:
    answers = [embedded.client.get("/tolerance") for _ in range(int(PAGES.burst) + 20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1
    assert "content-security-policy" in refused[0].headers
    assert embedded.client.get("/static/suiban.css").status_code == 200
    assert embedded.client.get("/healthz").status_code == 200


def test_a_bucket_refills_as_time_goes_by() -> None:
    now = [0.0]
    bucket = Buckets(Rate(2, 0.5), lambda: now[0])
    assert [bucket.wait("a"), bucket.wait("a"), bucket.wait("b")] == [0, 0, 0]
    assert bucket.wait("a") == pytest.approx(2.0)
    now[0] = 2.0
    assert bucket.wait("a") == 0
    assert bucket.wait("a") > 0


def test_only_a_trusted_proxy_says_who_asks() -> None:
    assert hops.first_hop("9.9.9.9", "1.1.1.1", ()) == "9.9.9.9"
    assert hops.first_hop("10.0.0.1", "6.6.6.6, 1.1.1.1", ("10.0.0.1",)) == "1.1.1.1"
    assert hops.first_hop("10.0.0.1", "1.1.1.1, 10.0.0.2", ("10.0.0.1", "10.0.0.2")) == "1.1.1.1"


def lines_of(running: Running, url: str) -> None:
    """Three acts, and the chore that sends them."""
    with running.centre.database.writing() as connection:
        for number in range(3):
            trail.note(connection, 'a"]b', audit.FORM, f"/p/{number}", running.clock(), detail="说明 一")
    running.centre.settings = msgspec.structs.replace(running.centre.settings, syslog=url)


@pytest.mark.parametrize("kind", ["udp", "tcp", "unix"])
def test_the_log_server_has_every_row_once_in_order_as_rfc_5424(embedded: Running, tmp_path: Path, kind: str) -> None:
    heard: list[bytes] = []
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    place: Any = str(tmp_path / "log") if kind == "unix" else ("127.0.0.1", 0)
    server.bind(place)
    server.settimeout(10)
    url = f"unix:{place}" if kind == "unix" else f"{kind}://127.0.0.1:{server.getsockname()[1]}"

    def listen() -> None:
        if kind == "tcp":
            server.listen()
            line = server.accept()[0]
            line.settimeout(10)
            kept = b""
            while len(heard) < 3:
                kept += line.recv(65536)
                while match := re.match(rb"(\d+) ", kept):
                    size = int(match[1])
                    if len(kept) < match.end() + size:
                        break
                    heard.append(kept[match.end() : match.end() + size])
                    kept = kept[match.end() + size :]
            line.close()
        else:
            while len(heard) < 3:
                heard.append(server.recv(65536))

    listening = threading.Thread(target=listen)
    listening.start()
    lines_of(embedded, url)
    sending = Sending(embedded.centre)
    sending.turn()
    listening.join(10)
    sending.turn()
    sending.end()
    server.close()
    assert len(heard) == 3
    seqs = []
    for line in heard:
        found = re.fullmatch(
            r'<109>1 \d{4}-\d\d-\d\dT[\d:.]+\+00:00 \S+ suiban - form \[audit@32473 seq="(\d+)" who="a\\"\\\]b" '
            r'about="/p/\d" from="" hash="[0-9a-f]{64}"\] \ufeff说明 一',
            line.decode(),
        )
        assert found, line
        seqs.append(int(found[1]))
    assert seqs == sorted(seqs)


def test_a_log_server_that_is_away_gets_everything_later(embedded: Running, tmp_path: Path) -> None:
    place = tmp_path / "log"
    lines_of(embedded, f"unix:{place}")
    sending = Sending(embedded.centre)
    sending.turn()
    with embedded.centre.database.reading() as connection:
        assert trail.sent_until(connection) == 0
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(str(place))
    server.settimeout(10)
    sending.turn()
    assert [b"/p/0" in server.recv(65536), b"/p/1" in server.recv(65536)] == [True, True]
    sending.end()
    server.close()
