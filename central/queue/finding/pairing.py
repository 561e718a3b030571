"""How a card reader's program becomes a window's: a code shown once, typed there, and a key from then on."""

import secrets
from datetime import timedelta
from typing import Final

from central.centre import Centre
from central.database import Transaction
from central.fleet import store as fleet
from central.persons import plain_code
from central.queue.finding import store
from central.queue.finding.store import Reader

VALID_FOR: Final = timedelta(minutes=15)
CODE_LENGTH: Final = 10
_PURPOSE: Final = "window reader"


def expect(connection: Transaction, centre: Centre, window_id: str, who: str) -> str:
    """A window waits for a reader; the reader's id, of which `shown` makes the code."""
    agent_id = f"r{secrets.token_hex(8)}"
    code = centre.blind.code(_PURPOSE, agent_id, CODE_LENGTH)
    hashed = centre.blind.lookup(_PURPOSE, code)
    store.expect(connection, Reader(agent_id, window_id, hashed, centre.clock() + VALID_FOR, "", None, None, None, who))
    return agent_id


def shown(centre: Centre, agent_id: str) -> str:
    """The code of a reader that is waited for, in two halves; empty for one that is paired, over or unknown."""
    if not agent_id:
        return ""
    code = centre.blind.code(_PURPOSE, agent_id, CODE_LENGTH)
    with centre.database.reading() as connection:
        waits = store.waits(connection, centre.blind.lookup(_PURPOSE, code), centre.clock())
    return f"{code[:5]}-{code[5:]}" if waits else ""


def pair(connection: Transaction, centre: Centre, code: str, public_key: str) -> Reader | None:
    """The reader whose code was typed at its program."""
    return store.pair(connection, centre.blind.lookup(_PURPOSE, plain_code(code)), public_key, centre.clock())


def halls(connection: Transaction) -> set[str]:
    """Halls with terminals: windows can be made there before any number was taken."""
    return {one.hall for one in fleet.everyone(connection)}
