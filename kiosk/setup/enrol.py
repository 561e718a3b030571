"""`kiosk enrol`: makes the terminal's keys, shows the code at the centre, and writes down what the centre answers.

Every step may be repeated: the same keys and the same code have the same answer, so a lost reply or a lost mains costs
nothing. The settings are written last, as one step.
"""

import base64
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import tomlkit

from contract.enrolment import EnrolAsked, Enrolled, EnrolRefused, fingerprint, keys_of
from kiosk import composition, settings
from kiosk.durable import replace_file
from kiosk.settings import Settings, SettingsError
from kiosk.setup import keys, tls_key
from offline_cache.link.client import CentreClient, LinkFailure
from offline_cache.link.tls import Tls
from offline_cache.records import StoreError

WAITS: Final = "code.waits"
AGAIN_SECONDS: Final = 3.0
PATIENCE_SECONDS: Final = 15 * 60.0
_TLS_KEY: Final = "tls.key"
_CERTIFICATE: Final = "tls.crt"
_CA: Final = "fleet-ca.crt"


class Asking(msgspec.Struct, frozen=True):
    """Where, with which code, and whom to believe on the way there (None: the machine's authorities)."""

    url: str
    code: str
    ca: Path | None = None
    patience: float = PATIENCE_SECONDS


def enrol(config: Path, asking: Asking, say: Callable[[str], None]) -> Enrolled:
    """Enrol the terminal of these settings; asks until answered. Raises SettingsError with one sentence or OSError."""
    found = settings.read(config)
    if not _same_centre(found, asking.url):
        _refuse_unsent(found)
    keys.make_database_key(found.database_key)
    keys.make_signing_key(found.signing_key, found.centre.suite)
    private = found.tls_key or found.signing_key.parent / _TLS_KEY
    tls_key.make(private)
    csr, public = tls_key.request(private, found.terminal.id)
    signing = keys.signing_key(found.signing_key, found.centre.suite)
    asked = EnrolAsked("", asking.code, signing.suite, signing.public, csr, "", "")
    name = keys_of(asked, public)
    with closing(
        CentreClient(asking.url, found.terminal.id, f"new-{name[:16]}", signing, {}, tls=Tls(asking.ca))
    ) as client:
        answer = _ask(client, asked, name, asking, say)
    _refuse_other(found, answer)
    write(found, private, asking.url, answer)
    return answer


def write(found: Settings, private: Path, enrol_url: str, answer: Enrolled) -> None:
    """Certificate and authority first, then the settings as one step; before all, that those can be read.

    Raises SettingsError and OSError; the old settings stay then.
    """
    folder = found.signing_key.parent
    certificate, ca = found.certificate or folder / _CERTIFICATE, found.ca or folder / _CA
    document = tomlkit.parse(found.path.read_text(encoding="utf-8"))
    terminal: Any = document["terminal"]
    for name in ("district", "number", "series"):
        terminal[name] = getattr(answer, name)
    terminal["id"] = answer.terminal
    centre: Any = document.setdefault("centre", tomlkit.table())
    centre["url"] = answer.url
    centre["enrol_url"] = enrol_url
    centre["public_url"] = answer.public_url
    for name, path in (("ca", ca), ("certificate", certificate), ("tls_key", private)):
        centre[name] = _named(path, found.path.parent)
    for name in ("signing_keys", "sealing_keys"):
        listed = tomlkit.array()
        for key in getattr(answer, name):
            entry = tomlkit.inline_table()
            entry.update({"id": key.id, "key": base64.b64encode(key.key).decode(), "suite": key.suite})
            listed.append(entry)
        centre[name] = listed
    text = tomlkit.dumps(document)
    _refuse_unreadable(found.path, text)
    replace_file(certificate, answer.certificate.encode())
    replace_file(ca, answer.ca.encode())
    replace_file(found.path, text.encode())


def _ask(client: CentreClient, asked: EnrolAsked, name: str, asking: Asking, say: Callable[[str], None]) -> Enrolled:
    """Until there is an answer: a lost reply is asked for again, a person who compares digits is waited for."""
    until = time.monotonic() + asking.patience
    shown = ""
    while True:
        answer, trouble = _once(client, asked)
        match answer:
            case Enrolled():
                _compare(shown, [fingerprint(name, key.key) for key in answer.signing_keys], asking.url, say)
                return answer
            case EnrolRefused(error=error, message=message) if error != WAITS:
                complaint = f"{asking.url}: {error}: {message}."
                raise SettingsError(complaint)
            case EnrolRefused() if not shown and answer.centre_key:
                shown = fingerprint(name, answer.centre_key)
                say(f"fingerprint {shown[:3]} {shown[3:]}: compare it with the centre's page and confirm there")
        if time.monotonic() >= until:
            complaint = f"{asking.url}: {trouble}; run the same command again, nothing is lost."
            raise SettingsError(complaint)
        time.sleep(min(AGAIN_SECONDS, asking.patience))


def _once(client: CentreClient, asked: EnrolAsked) -> tuple[Enrolled | EnrolRefused | None, str]:
    """One request with a nonce of its own: the answer, or None and why there is none; what is said while waiting."""
    try:
        answer = client.enrol(msgspec.structs.replace(asked, nonce=secrets.token_urlsafe(18)))
    except LinkFailure as failure:
        return None, f"no believable answer ({failure})"
    return answer, answer.message if isinstance(answer, EnrolRefused) else ""


def _compare(shown: str, answered: list[str], url: str, say: Callable[[str], None]) -> None:
    """The digits that were compared must be those of a key that is answered with. Raises SettingsError."""
    if shown and shown not in answered:
        complaint = f"{url}: answered with another key than the one compared; ask who listens there."
        raise SettingsError(complaint)
    if not shown and answered:
        say(f"fingerprint {answered[0][:3]} {answered[0][3:]}: the centre's page shows the same for this code")


def _same_centre(found: Settings, url: str) -> bool:
    """Whether records kept for the centre so far go to the one that is asked."""
    before = found.centre.enrol_url or found.centre.url
    return not found.centre.signing_keys or urlsplit(before).hostname == urlsplit(url).hostname


def _refuse_unsent(found: Settings) -> None:
    if not found.database.exists():
        return
    try:
        with closing(composition.open_store(found, keys.read(found.database_key))) as store:
            unsent = store.unsent()
    except StoreError as error:
        raise SettingsError(str(error)) from None
    if unsent:
        message = (
            f"{found.path}: {unsent.records} records and {unsent.scans} scans wait for its present centre; let them"
            " through, then enrol again (without a network: `./suiban kiosk export`, docs/operations/moving.md)."
        )
        raise SettingsError(message)


def _refuse_other(found: Settings, answer: Enrolled) -> None:
    """A store holds the records of one terminal, and goes to one centre."""
    if found.database.exists() and answer.terminal != found.terminal.id:
        message = (
            f"{found.database}: it holds what {found.terminal.id} kept, and the code is for {answer.terminal};"
            f" ask for a code for {found.terminal.id}, or sign this terminal out first."
        )
        raise SettingsError(message)
    known = {key.key for key in found.centre.signing_keys}
    if known and not known & {base64.b64encode(key.key).decode() for key in answer.signing_keys}:
        _refuse_unsent(found)


def _refuse_unreadable(path: Path, text: str) -> None:
    """What was answered must make settings that can be read before it takes their place."""
    beside = path.with_name(f".{path.name}.enrolled")
    try:
        replace_file(beside, text.encode())
        settings.read(beside)
    except SettingsError as error:
        raise SettingsError(str(error).replace(str(beside), str(path))) from None
    finally:
        beside.unlink(missing_ok=True)


def _named(path: Path, folder: Path) -> str:
    """Relative to the settings where it lies below them."""
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
