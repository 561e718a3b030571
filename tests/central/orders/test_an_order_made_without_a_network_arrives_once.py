"""From the sealing visit over the terminal's own store to the centre: one order, whatever is repeated on the way."""

import base64
from collections.abc import Sequence
from pathlib import Path

import pytest

from contract.envelope import Lane
from contract.exchange import Sent
from contract.suites import INTL
from kiosk.visit.seal import Sealer
from offline_cache.records import OutboxItem
from tests.central.conftest import Running
from tests.central.orders.ordering import SECRETS, asked, content, placed
from tests.central.terminal_double import TerminalDouble
from tests.offline_cache.drafts import open_store

ORDER = placed()


@pytest.mark.parametrize("turns", [1, 2])
def test_it_is_kept_once_sent_twice_and_held_once(embedded: Running, tmp_path: Path, turns: int) -> None:
    terminal = embedded.enter(TerminalDouble())
    recipients = {name: base64.b64decode(key) for name, key in embedded.sealing().items()}
    sealer = Sealer(terminal.id, INTL, recipients)
    path = tmp_path / "terminal.db"
    run: Sequence[OutboxItem] = ()
    for _ in range(turns):  # the visit says it again; the terminal is switched off between
        store = open_store(path, terminal=terminal.id)
        store.add_record(ORDER, ORDER.order_id, sealer.seal_record(ORDER.order_id, content()))
        run = store.outbox_run(Lane.RATINGS, 0, 20, 1 << 20)
        store.close()
    (kept,) = run
    assert not [secret for secret in SECRETS if secret.encode() in kept.raw]
    terminal.epoch = kept.epoch
    for _ in range(turns):  # and the answer of the centre is lost
        request = terminal.request(Lane.RATINGS, items=[Sent(kept.seq, kept.id, kept.hash, kept.raw)])
        assert embedded.send(terminal, request).push_reply().ack == kept.seq
    embedded.judged()
    assert embedded.query("SELECT count(*) FROM service_orders") == [(1,)]
    assert embedded.query("SELECT reason FROM quarantine") == []
    assert asked(embedded, ORDER).bring == ORDER.bring
    embedded.log_in()
    form = {"csrf": embedded.csrf(), "reason": "核实"}
    opened = embedded.client.post(f"/orders/{ORDER.order_id}/look", data=form).text
    assert all(secret in opened for secret in SECRETS[:3]), "what the visit sealed opens at the centre alone"
