"""No driver makes a call that may wait for ever: each has a deadline, a time-out, or cannot wait at all."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIMULATED = frozenset({"simulate", "simulator", "simulated", "virtual", "paper", "cards"})
"""Files that only play the device; nobody waits for them without a deadline of his own."""

WITH_A_DEADLINE = {"open_port": 2, "resolve": 2}
"""Functions that need so many arguments, the last of them the deadline."""
PORT_CALLS = {"read", "write"}
A_DEADLINE = re.compile(r"deadline|until|Deadline")
MAY_HANG = "_process"
"""A process of its own around a library that hangs; whoever started it waits with a deadline and kills it."""
WAITING = {"wait", "join", "get", "acquire", "result", "communicate", "select"}
"""Without an argument these wait for ever."""
ASKING_FOR_NAMES = {"getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo", "getfqdn"}
"""These wait for somebody else's answer, and nobody can tell them how long."""
WAITING_ANYWAY = {"recv", "recvfrom", "accept", "sendall", "readline", "readinto", "urlopen", "create_connection"}
"""These ask for a time-out in the call or set on the object before it."""
REQUESTS = {"post", "request"}
PROCESSES = {"run", "check_output", "check_call", "call", "communicate"}


def driver_files() -> list[Path]:
    """What the kinds run when they talk to a device."""
    return sorted(
        path
        for pattern in ("*.py", "*/*.py")
        for path in (ROOT / "devices").glob(pattern)
        if path.name != "__init__.py"
        and not SIMULATED.intersection(path.stem.split("_"))
        and not path.stem.endswith(MAY_HANG)
    )


def unbounded(source: str) -> list[str]:
    """Every call in this code that may wait for ever."""
    bounded_sockets = ".settimeout(" in source or ".setblocking(False)" in source
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    said = [(call.lineno, _waits(call, bounded_sockets=bounded_sockets)) for call in calls]
    return [f"line {line}: {what}" for line, what in said if what]


def _waits(call: ast.Call, *, bounded_sockets: bool) -> str:
    given = len(call.args) + len(call.keywords)
    timed = any(keyword.arg in {"timeout", "deadline"} or keyword.arg is None for keyword in call.keywords)
    match call.func:
        case ast.Name(id=name) if name in WITH_A_DEADLINE and given < WITH_A_DEADLINE[name]:
            return f"{name} without a deadline"
        case ast.Attribute(attr=name, value=receiver) if name in PORT_CALLS and _is_port(receiver):
            said = " ".join(ast.unparse(part) for part in (*call.args, *call.keywords))
            return "" if given > 1 or A_DEADLINE.search(said) else f".{name} without a deadline"
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in ASKING_FOR_NAMES:
            return f"{name} waits for a name server"
        case ast.Attribute(attr=name) if name in WAITING and not given:
            return f".{name}() waits for ever"
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in WAITING_ANYWAY:
            return "" if timed or bounded_sockets else f"{name} without a time-out"
        case ast.Attribute(attr=name, value=ast.Name(id="subprocess")) if name in PROCESSES and not timed:
            return f"subprocess.{name} without a time-out"
        case ast.Attribute(attr=name, value=receiver) if name in REQUESTS and "session" in ast.unparse(receiver):
            return "" if timed else f".{name} without a time-out"
    return ""


def _is_port(receiver: ast.expr) -> bool:
    return ast.unparse(receiver).rpartition(".")[2].lstrip("_") in {"port", "inner"}


@pytest.mark.parametrize("path", driver_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_driver_waits_for_ever(path: Path) -> None:
    assert unbounded(path.read_text(encoding="utf-8")) == []


def test_drivers_are_among_the_files_looked_at() -> None:
    names = {str(path.relative_to(ROOT)) for path in driver_files()}
    assert {"devices/id_card_reader/driver.py", "devices/ticket_printer/driver.py", "devices/port.py"} <= names
    assert not any("simulator" in name for name in names)


@pytest.mark.parametrize(
    "line",
    [
        "self._port.read(64)",
        "port.write(payload)",
        "open_port(address)",
        "resolve(address)",
        "thread.join()",
        "inbox.get()",
        "lock.acquire()",
        "line.recv(64)",
        "process.communicate()",
        "socket.getaddrinfo(host, 9100)",
        "subprocess.run(['lpstat'], check=False)",
        "self._session.post(url, data=body)",
    ],
)
def test_a_call_without_an_end_is_noticed(line: str) -> None:
    assert unbounded(line)


@pytest.mark.parametrize(
    "line",
    [
        "self._port.read(64, deadline)",
        "port.write(payload, Deadline.after(2))",
        "self._port.read(until)",
        "path.read_text()",
        "', '.join(names)",
        "table.get(key)",
        "line.settimeout(1)\nline.recv(64)",
        "subprocess.run(['lpstat'], check=False, timeout=3)",
        "self._session.post(url, data=body, timeout=3)",
    ],
)
def test_a_call_that_ends_is_fine(line: str) -> None:
    assert unbounded(line) == []
