"""Somebody at the centre's pages, in a browser's way: logs in by the form, reads pages, sends forms."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Final

_TOKEN: Final = re.compile(r'name="csrf" value="([^"]+)"')


class Desk:
    """One account, signed in."""

    def __init__(self, url: str, name: str, password: str) -> None:
        """Raises OSError where the centre does not answer, and LookupError where it shows no form to sign in."""
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._token = ""
        self._token = self._token_of(self.read("/login"))
        self.send("/login", name=name, password=password)
        self._token = self._token_of(self.read("/difficulties"))

    def read(self, path: str) -> str:
        """A page, also one that says that there is nothing."""
        try:
            with self._opener.open(self._url + path, timeout=20) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as said:
            return str(said.read().decode())

    def send(self, path: str, **form: str) -> str:
        """Send a form; returns the page it leads to."""
        body = urllib.parse.urlencode({"csrf": self._token} | form).encode()
        asked = urllib.request.Request(self._url + path, body, headers={"Origin": self._url})  # noqa: S310 - ours
        with self._opener.open(asked, timeout=20) as answer:
            return str(answer.read().decode())

    def _token_of(self, page: str) -> str:
        found = _TOKEN.search(page)
        if found is None:
            message = f"the centre at {self._url}: no form on this page; is the account right?"
            raise LookupError(message)
        return found[1]


def press_on_phone(address: str) -> str:
    """What a thumb does on the page a QR code of a payment opens: its one button. Returns the page after it."""
    with urllib.request.urlopen(urllib.request.Request(address, b"", method="POST"), timeout=20) as answer:  # noqa: S310
        return str(answer.read().decode())
