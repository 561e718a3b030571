"""Keeps the terminal's certificate young: a thread that looks now and then and asks for the next one in time.

It asks by the address the terminal enrolled at, where no certificate is needed: one that has run out, while the
terminal was away or because its clock was wrong, is replaced the same way.
"""

import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from contract.enrolment import RENEW_UNDER_DAYS, RenewAsked
from contract.suites import SigningKey
from kiosk import audit
from kiosk.durable import replace_file
from kiosk.settings import Settings, SettingsError
from kiosk.setup import tls_key
from offline_cache.link.client import CentreClient, LinkFailure
from offline_cache.link.tls import Tls
from offline_cache.link.trust import Trust

FIRST_SECONDS: Final = 60.0
EVERY_SECONDS: Final = 3600.0
AFTER_REFUSAL_SECONDS: Final = 60.0
"""When TLS itself fails the certificate may be why: it is seen to sooner."""


def is_due(ends_at: datetime | None, centre_now: datetime, *, tls_failed: bool) -> bool:
    """Whether to ask now. `centre_now` is the centre's clock as far as it is known."""
    return tls_failed or ends_at is None or ends_at - centre_now < timedelta(days=RENEW_UNDER_DAYS)


class Renewal:
    """One thread; `stop` ends it."""

    def __init__(
        self,
        found: Settings,
        signing: SigningKey,
        client: CentreClient,
        trust: Trust,
        *,
        beside: Sequence[CentreClient] = (),
        clock: Callable[[], float] = time.time,
        every: float = EVERY_SECONDS,
    ) -> None:
        """`client` knows the centre's time and takes the new certificate, as do those `beside` it."""
        self._found = found
        self._signing = signing
        self._client = client
        self._trust = trust
        self._beside = tuple(beside)
        self._clock = clock
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="renewal", daemon=True)

    def start(self) -> None:
        """Begin, where this terminal has a certificate and knows where to renew it."""
        if self._found.certificate and self._found.tls_key and self._found.centre.enrol_url:
            self._thread.start()

    def stop(self) -> None:
        """End; what is under way has its own time limits."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def look(self) -> bool:
        """Ask for the next certificate if it is time; whether there is a new one."""
        found = self._found
        if found.certificate is None or found.tls_key is None:
            return False
        now = datetime.fromtimestamp(self._clock() + (self._client.ahead or 0.0), UTC)
        if not is_due(tls_key.ends_at(found.certificate), now, tls_failed=self._client.tls_failed):
            return False
        try:
            csr, _ = tls_key.request(found.tls_key, found.terminal.id)
            with closing(self._asking()) as asking:
                answer = asking.renew(RenewAsked(found.terminal.id, secrets.token_urlsafe(18), csr))
            before = found.certificate.read_bytes() if found.certificate.exists() else b""
            replace_file(found.certificate, answer.certificate.encode())
        except (LinkFailure, SettingsError, OSError) as error:
            audit.note("certificate_not_renewed", error=str(error))
            return False
        if before == answer.certificate.encode():
            return False
        for client in (self._client, *self._beside):
            client.show_certificate()
        audit.note("certificate_renewed", until=str(tls_key.ends_at(found.certificate)))
        return True

    def _asking(self) -> CentreClient:
        found = self._found
        # By the machine's authorities if the door is a public one, by the fleet's if it has a certificate of ours.
        own = urlsplit(found.centre.enrol_url).hostname == urlsplit(found.centre.url).hostname
        tls = Tls(found.ca) if own else Tls()
        return CentreClient(
            found.centre.enrol_url, found.terminal.id, found.terminal.id, self._signing, self._trust, tls=tls
        )

    def _run(self) -> None:
        wait = FIRST_SECONDS
        while not self._over.wait(random.uniform(0.5, 1.0) * wait):  # noqa: S311 - spreads a fleet, keeps no secret
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - nobody else would ask for the next certificate
                audit.bug("renewal", error)
            wait = min(AFTER_REFUSAL_SECONDS, self._every) if self._client.tls_failed else self._every
