"""Kill -9 of the real process on both databases: what was acknowledged is there afterwards, and nothing twice."""

import http.client
import threading
from pathlib import Path

import pytest

from contract.envelope import Lane
from tests.central.process import centre_process
from tests.central.terminal_double import TerminalDouble

KILLS = 3
CASES = 120


@pytest.mark.slow
def test_acknowledged_is_kept_across_kills(config: Path) -> None:
    with centre_process(config) as centre:
        terminal = centre.enter(TerminalDouble())
        for _ in range(CASES):
            terminal.file_case()
        acked = 0
        for _ in range(KILLS):
            stop = threading.Timer(0.15, centre.kill)
            stop.start()
            acked = push_until_it_is_gone(terminal, centre.url, acked)
            stop.join()
            centre.start()
            assert terminal.send(centre.url, terminal.request(Lane.NUMBERS, items=[])).push_reply().ack >= acked
        while acked < CASES:
            acked = terminal.push(centre.url, Lane.NUMBERS, acked + 1, 50).ack
        assert centre.stop() == 0
        assert centre.counts() == {"cases": CASES, "numbers": CASES, "envelopes": CASES, "tickets_printed": 0}


def push_until_it_is_gone(terminal: TerminalDouble, url: str, acked: int) -> int:
    """Push one by one, as fast as the centre answers; returns the last acknowledgement."""
    while acked < CASES:
        try:
            acked = terminal.push(url, Lane.NUMBERS, acked + 1, 1).ack
        except (OSError, http.client.HTTPException):
            return acked
    return acked


def test_it_stops_cleanly_with_a_page_open_and_frees_its_port(embedded_config: Path) -> None:
    with centre_process(embedded_config) as centre:
        assert centre.get("/healthz") == 200
        idle = http.client.HTTPConnection(centre.url.removeprefix("http://"), timeout=5)
        idle.connect()
        assert centre.stop() == 0
        idle.close()
        centre.start()
        assert centre.get("/readyz") == 200
