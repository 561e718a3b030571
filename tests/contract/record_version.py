"""Records what this version writes, for every later version to read: `python -m tests.contract.record_version FOLDER`.

Run it in the tree of a release, once, before the version goes up; FOLDER is tests/contract/recorded/VERSION. Nothing
in it is anybody's: keys are made for the recording, and no person is named.
"""

import sqlite3
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from contract.catalogue import ItemKind
from contract.codes import Satisfaction
from contract.envelope import Lane, Sealed
from contract.exchange import HEARTBEAT_PATH, PUSH_PATH, Heartbeat, PushRequest, Sent
from contract.messages import CardLeftBehind, CaseContent, DifficultyReported, RatingGiven, SettingsRevised
from offline_cache.records import DocumentEnd, PrintState
from offline_cache.store import Store
from tests.central.conftest import AUTHORITY, Running, start, write_config
from tests.central.terminal_double import TerminalDouble, seal
from tests.offline_cache.drafts import KEY, draft, open_store

AT = "2026-11-22T10:00:00+08:00"
CASES = 12
UNSENT = 4
"""Cases that wait in the terminal's outbox at the time of the recording."""
EVERYTHING = (1000, 1 << 24)


class RecordedRequest(msgspec.Struct, frozen=True):
    """A request as it went over the wire; `status` and `answer` are what this version's centre said."""

    path: str
    authority: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer: bytes


class Recording(msgspec.Struct, frozen=True):
    """What one version wrote, beside its files `terminal.db`, `central.sql` and `keys/`."""

    terminal: str
    database_key: bytes
    cases: dict[str, str]
    """Case id -> number, all that were stored."""
    unsent: tuple[str, ...]
    """Ids of the records no centre had seen."""
    contents: dict[str, CaseContent]
    """Case id -> what was sealed."""
    envelopes: tuple[bytes, ...]
    requests: tuple[RecordedRequest, ...]


@dataclass
class _Recorder:
    folder: Path
    work: Path
    terminal: TerminalDouble
    centre: Running
    requests: list[RecordedRequest]

    def push(self, store: Store, *, ack: bool) -> None:
        """Send what waits, as the messenger would, and keep the request."""
        for state in store.lane_states():
            run = store.outbox_run(state.lane, state.acked, 50, 1 << 19)
            if not run:
                continue
            items = tuple(Sent(item.seq, item.id, item.hash, item.raw) for item in run)
            request = PushRequest(self.terminal.id, store.epoch, state.lane, run[0].seq, "n" * 32, items)
            self._send(request)
            if ack:
                store.acknowledge(store.epoch, state.lane, run[-1].seq, AT)

    def beat(self) -> None:
        self._send(self.terminal.heartbeat(nonce="h" * 32))

    def _send(self, value: PushRequest | Heartbeat) -> None:
        path = PUSH_PATH if isinstance(value, PushRequest) else HEARTBEAT_PATH
        body = msgspec.json.encode(value)
        headers = self.terminal.signed(AUTHORITY, path, body, value.nonce)
        answer = self.centre.post(path, body, headers)
        if answer.status != 200:
            message = f"{path}: the centre answered {answer.status}: {answer.body!r}"
            raise RuntimeError(message)
        self.requests.append(RecordedRequest(path, AUTHORITY, headers, body, answer.status, answer.body))


def record(folder: Path) -> Recording:
    """Make the files of one version in `folder`."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        config = write_config(Path(work))
        running = start(config)
        centre = next(running)
        terminal = centre.enter(TerminalDouble())
        recorder = _Recorder(folder, Path(work), terminal, centre, [])
        recording = _fill(recorder)
        centre.judged()
        next(running, None)
        (folder / "central.sql").write_text(_dump(Path(work) / "data" / "central.db"), encoding="utf-8")
        (folder / "terminal.db").write_bytes((Path(work) / "terminal.db").read_bytes())
        for key in sorted((Path(work) / "keys").iterdir()):
            (folder / "keys").mkdir(exist_ok=True)
            (folder / "keys" / key.name).write_bytes(key.read_bytes())
    (folder / "recording.json").write_bytes(msgspec.json.format(msgspec.json.encode(recording), indent=1) + b"\n")
    return recording


def _fill(recorder: _Recorder) -> Recording:
    store = open_store(recorder.work / "terminal.db", terminal=recorder.terminal.id)
    contents: dict[str, CaseContent] = {}
    cases = {case_id: _file(recorder, store, case_id, contents) for case_id in _ids(0, CASES - UNSENT)}
    _records(store)
    recorder.push(store, ack=True)
    recorder.beat()
    cases |= {case_id: _file(recorder, store, case_id, contents) for case_id in _ids(CASES - UNSENT, CASES)}
    unsent = [item for state in store.lane_states() for item in store.outbox_run(state.lane, state.acked, *EVERYTHING)]
    envelopes = [item for lane in Lane for item in store.outbox_run(lane, 0, *EVERYTHING)]
    recording = Recording(
        terminal=recorder.terminal.id,
        database_key=KEY,
        cases=cases,
        unsent=tuple(item.id for item in unsent),
        contents=contents,
        envelopes=tuple(item.raw for item in envelopes),
        requests=tuple(recorder.requests),
    )
    store.checkpoint()
    store.close()
    return recording


def _ids(first: int, last: int) -> list[str]:
    return [f"recorded-{n}" for n in range(first, last)]


def _file(recorder: _Recorder, store: Store, case_id: str, contents: dict[str, CaseContent]) -> str:
    kind = ItemKind.FILING if int(case_id.rpartition("-")[2]) % 3 == 0 else ItemKind.NUMBER
    sealed: Sealed | None = None
    if kind is ItemKind.FILING:
        contents[case_id] = CaseContent(None, {"recorded": case_id})
        sealed = seal(recorder.terminal.id, case_id, contents[case_id], recorder.centre.sealing())
    stored = store.save_case(msgspec.structs.replace(draft(case_id, kind), sealed=sealed))
    store.tickets.claim(case_id)
    outcome = ("printed", "failed", "uncertain")[int(case_id.rpartition("-")[2]) % 3]
    store.tickets.finish(stored.print_id, outcome, "recorded", "")
    if kind is ItemKind.FILING and (document := store.documents.prepare(case_id, "receipt")) is not None:
        store.documents.claim(document.document_id, "ab" * 32, 1)
        store.documents.finish(document.document_id, DocumentEnd(PrintState.PRINTED, "recorded", "", 1))
    return stored.number


def _records(store: Store) -> None:
    store.add_record(RatingGiven("recorded-1", Satisfaction.SATISFIED, AT), "recorded-rating")
    store.add_record(DifficultyReported("menu", None, None, "no_paper", AT), "recorded-difficulty")
    store.add_record(CardLeftBehind(AT), "recorded-card")
    store.add_record(SettingsRevised(2, "recorded", AT, ("idle_seconds: 60 -> 90",), "kept"), "recorded-settings")


def _dump(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return "\n".join(connection.iterdump()) + "\n"
    finally:
        connection.close()


def read(folder: Path) -> Recording:
    """A recording as it lies there."""
    return msgspec.json.decode((folder / "recording.json").read_bytes(), type=Recording)


def restore_central(folder: Path, path: Path) -> None:
    """The centre's database as that version left it."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript((folder / "central.sql").read_text(encoding="utf-8"))
    finally:
        connection.close()


if __name__ == "__main__":
    made = record(Path(sys.argv[1]))
    kinds = sorted({msgspec.json.decode(raw)["kind"] for raw in made.envelopes})
    sys.stdout.write(f"{sys.argv[1]}: {len(made.cases)} cases, {len(made.envelopes)} envelopes of {', '.join(kinds)}\n")
