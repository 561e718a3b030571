"""The timed drill: a centre is backed up, destroyed, and brought back from its backup and two shares of its escrow.

Terminals enrolled over mutual TLS go on meanwhile; what they had sent after the backup they send again. Then every
promised case must be there once and open with the recovered keys. Control: without the escrow nothing opens.
"""

import argparse
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec
import psycopg
from cryptography.hazmat.primitives import serialization
from sqlalchemy import text

from central import keys as centre_keys
from central import settings as centre_settings
from central.custody import backup, escrow, keyring
from central.database import Database
from central.enrolment import enrol_code
from central.identity.codes import Wanted
from central.unseal import CannotOpen, open_case
from contract import envelope
from contract.catalogue import ItemKind
from contract.enrolment import Enrolled
from contract.messages import CaseContent
from contract.suites import PublicKey
from kiosk.visit.seal import Sealer
from offline_cache.link.client import CentreClient, Timeouts
from offline_cache.link.messenger import HeartbeatParts, Messenger, Pace
from offline_cache.link.tls import Tls
from offline_cache.store import Store
from offline_cache.thread import StoreThread
from tests.central.newcomer import Newcomer
from tests.central.process import ROOT, CentreProcess
from tests.faults.figures import Figures, finish, say
from tests.offline_cache.drafts import draft

HALL = ZoneInfo("Asia/Shanghai")
PATIENT = Timeouts(5.0, 10.0, 20.0)
CONTENT = CaseContent(holder=None, answers={"why": "drill"})
ALL_WITHIN = 180.0


def main(arguments: list[str]) -> int:
    """`./suiban campaign restore`."""
    parser = argparse.ArgumentParser(prog="./suiban campaign restore", description=__doc__)
    parser.add_argument(
        "--cases", type=int, default=2000, help="how many are filed in all, half of them before the backup"
    )
    parser.add_argument("--terminals", type=int, default=3)
    parser.add_argument(
        "--postgresql", default="", help="the folder of the socket of a running PostgreSQL, user suiban"
    )
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="suiban-restore-") as folder:
        return finish(drill(Path(folder), asked.cases, asked.terminals, asked.postgresql))


@dataclass
class Hall:
    """One terminal: its store, its messenger, what it promised."""

    folder: Path
    id: str
    series: str
    new: Newcomer = field(default_factory=Newcomer)
    promised: list[str] = field(default_factory=list)

    def enrol(self, centre: CentreProcess) -> None:
        """By the same door as every terminal."""
        self.folder.mkdir()
        wanted = Wanted(self.id, "", "", self.series, "310115", f"000{self.series}")
        code, _ = enrol_code(centre_settings.read(centre.config), wanted)
        client = CentreClient(centre.url, self.id, "new", self.new.key, {}, PATIENT)
        told = client.enrol(self.new.asked(code))
        client.close()
        if not isinstance(told, Enrolled):
            raise TypeError(told.message)
        encoded = self.new.tls_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        for name, content in (
            ("ca.crt", told.ca.encode()),
            ("tls.crt", told.certificate.encode()),
            ("tls.key", encoded),
        ):
            (self.folder / name).write_bytes(content)
        self._begin(told)

    def _begin(self, told: Enrolled) -> None:
        self.sealer = Sealer(self.id, self.new.key.suite, {key.id: key.key for key in told.sealing_keys})
        known = {key.id: PublicKey(key.suite, key.key) for key in told.signing_keys}
        tls = Tls(self.folder / "ca.crt", self.folder / "tls.crt", self.folder / "tls.key")
        client = CentreClient(told.url, self.id, told.key_id, self.new.key, known, PATIENT, tls=tls)
        self.store = StoreThread(self._open)
        parts = HeartbeatParts("0.2.0", (), ())
        pace = Pace(heartbeat=1.0, news=0.2)
        self.messenger = Messenger(self.store, client, lambda: parts, lambda _: None, now, pace, f"machine-{self.id}")
        self.messenger.start()

    def _open(self) -> Store:
        return Store.open(
            self.folder / "terminal.db", bytes(32), terminal=self.id, series=self.series, district="310115",
            terminal_number=f"000{self.series}", clock=now,
        )  # fmt: skip

    def file(self, count: int) -> None:
        """Promise so many cases."""
        for _ in range(count):
            case_id = secrets.token_hex(16)
            case = msgspec.structs.replace(draft(case_id, ItemKind.FILING), sealed=self.sealer.seal(case_id, CONTENT))
            self.store.do(lambda kept, case=case: kept.save_case(case)).result()  # type: ignore[misc]
            self.promised.append(case_id)
        self.messenger.wake()

    def stop(self) -> None:
        self.messenger.stop()
        self.store.stop()


def drill(folder: Path, cases: int, terminals: int, postgresql: str) -> Figures:
    """Fill, back up, fill on, destroy, restore, compare."""
    figures = Figures()
    centre = CentreProcess(_config(folder / "centre", postgresql))
    halls = [Hall(folder / f"GL-0{number}", f"GL-0{number}", str(number)) for number in range(1, terminals + 1)]
    try:
        centre.start()
        _keep_tls_port(centre)
        for hall in halls:
            hall.enrol(centre)
        settings = centre_settings.read(centre.config)
        bundle, *shares = keyring.make_escrow(settings, folder / "escrow")
        _file(halls, cases // 2, centre, figures)
        began = time.monotonic()
        backup.backup(settings, folder / "backup")
        figures.more["backup_seconds"] = round(time.monotonic() - began, 2)
        _file(halls, cases - cases // 2, centre, figures)
        text_of_config = _destroy(centre, folder, postgresql)
        say(destroyed=sum(len(hall.promised) for hall in halls), backed_up=cases // 2)
        began = time.monotonic()
        centre.config.parent.mkdir()
        centre.config.write_text(text_of_config, encoding="utf-8")
        escrow.recover([str(shares[0]), str(shares[2])], bundle, centre.config.parent / "keys")
        backup.restore(settings, folder / "backup")
        centre.start()
        figures.more["serving_again_seconds"] = round(time.monotonic() - began, 2)
        _await_all(halls, settings, figures)
        figures.more["whole_again_seconds"] = round(time.monotonic() - began, 2)
        _compare(halls, settings, figures)
    finally:
        for hall in halls:
            if hasattr(hall, "messenger"):
                hall.stop()
        centre.kill()
    return figures


def now() -> datetime:
    """In the hall."""
    return datetime.now(HALL)


def _config(folder: Path, postgresql: str) -> Path:
    config = folder / "central.toml"
    folder.mkdir()
    lines = ["port = 0", "tls_port = -1", 'data_dir = "data"', 'keys_dir = "keys"']
    if postgresql:
        _database(postgresql)
        lines.append(f'database_url = "postgresql://suiban@/suiban_drill?host={quote(postgresql, safe="")}"')
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "central", "init", "--config", str(config)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return config


def _database(postgresql: str) -> None:
    """A new, empty one."""
    with psycopg.connect(host=postgresql, user="suiban", dbname="postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS suiban_drill WITH (FORCE)")
        connection.execute("CREATE DATABASE suiban_drill")


def _keep_tls_port(centre: CentreProcess) -> None:
    """The second life listens where the terminals look for it."""
    asked = Newcomer()
    wanted = Wanted("GL-99", "", "", "9", "310115", "0099")
    code, _ = enrol_code(centre_settings.read(centre.config), wanted)
    client = CentreClient(centre.url, "GL-99", "new", asked.key, {}, PATIENT)
    told = client.enrol(asked.asked(code))
    client.close()
    if not isinstance(told, Enrolled):
        raise TypeError(told.message)
    config = centre.config.read_text(encoding="utf-8")
    centre.config.write_text(config.replace("tls_port = -1", f"tls_port = {urlsplit(told.url).port}"), encoding="utf-8")


def _file(halls: list[Hall], cases: int, centre: CentreProcess, figures: Figures) -> None:
    for number, hall in enumerate(halls):
        hall.file(cases // len(halls) + (number < cases % len(halls)))
    _await_all(halls, centre_settings.read(centre.config), figures)


def _await_all(halls: list[Hall], settings: Any, figures: Figures) -> None:  # noqa: ANN401 - the centre's settings
    wanted = sum(len(hall.promised) for hall in halls)
    deadline = time.monotonic() + ALL_WITHIN
    while (found := len(_held(settings))) < wanted:
        if time.monotonic() > deadline:
            figures.note("lost", f"{wanted - found} of {wanted} not there after {ALL_WITHIN:g} s", wanted - found)
            return
        time.sleep(0.1)


def _held(settings: Any) -> list[tuple[str, str, bytes]]:  # noqa: ANN401 - the centre's settings
    database = Database(centre_settings.database_url(settings))
    try:
        with database.reading() as connection:
            asked = "SELECT c.case_id, c.terminal, e.raw FROM cases c JOIN envelopes e ON e.id = c.envelope_id"
            return [(row[0], row[1], bytes(row[2])) for row in connection.execute(text(asked))]
    finally:
        database.close()


def _destroy(centre: CentreProcess, folder: Path, postgresql: str) -> str:
    config = centre.config.read_text(encoding="utf-8")
    centre.kill()
    shutil.rmtree(folder / "centre")
    if postgresql:
        _database(postgresql)
    return config


def _compare(halls: list[Hall], settings: Any, figures: Figures) -> None:  # noqa: ANN401 - the centre's settings
    promised = [case_id for hall in halls for case_id in hall.promised]
    held = _held(settings)
    times = Counter(case_id for case_id, _, _ in held)
    figures.runs = len(promised)
    figures.note("lost", "cases", sum(case_id not in times for case_id in promised))
    figures.note("doubled", "cases", sum(count - 1 for count in times.values()))
    recovered = centre_keys.load(Path(settings.keys_dir))
    without = centre_keys.Keys(recovered.signing_id, recovered.signing, {}, recovered.versions)
    shut = 0
    for case_id, terminal, raw in held:
        sealed = envelope.decode(raw).sealed
        try:
            opened = sealed is not None and open_case(recovered, sealed, terminal, case_id) == CONTENT
        except CannotOpen:
            opened = False
        figures.note("corrupt", f"{case_id} does not open", int(not opened))
        try:
            if sealed is not None:
                open_case(without, sealed, terminal, case_id)
        except CannotOpen:
            shut += 1
    figures.control_failed = shut == len(held) > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
