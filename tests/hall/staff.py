"""Somebody of the staff at a running centre or hall node: logs in, reads pages, sends forms, as a browser does."""

import http.client
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit

from tests.central.process import CentreProcess

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_CURRENT = re.compile(r'id="current" data-case="([^"]*)">([^<]*)<')
PASSWORD: Final = "Staff-2026!"


@dataclass
class Staff:
    """One session."""

    at: CentreProcess
    name: str
    _cookie: str = ""
    _csrf: str = field(default="", repr=False)

    @classmethod
    def new(cls, at: CentreProcess, name: str, *roles: str) -> "Staff":
        """An account made by command, logged in."""
        wanted = [word for role in roles for word in ("--role", role)]
        at.command("add-user", name, *wanted, "--password-stdin", text=PASSWORD + "\n")
        found = cls(at, name)
        found.log_in()
        return found

    def log_in(self) -> None:
        """Again after a restart, or when the session ended."""
        _, headers, page = self._ask("GET", "/login")
        self._cookie = headers["Set-Cookie"].partition(";")[0]
        token = _TOKEN.search(page)
        assert token, page
        form = {"csrf": token[1], "name": self.name, "password": PASSWORD}
        status, headers, page = self._ask("POST", "/login", form)
        assert status == 303, page
        cookies = [one.partition(";")[0] for one in headers.get_all("Set-Cookie", [])]
        self._cookie = next(one for one in cookies if one.startswith("suiban="))
        found = _TOKEN.search(self.page("/"))
        assert found
        self._csrf = found[1]

    def page(self, path: str) -> str:
        """A page; raises AssertionError for anything but a page."""
        status, headers, text = self._ask("GET", path)
        assert status == 200, (path, status, headers.get("Location"), text[:500])
        return text

    def post(self, path: str, **form: str) -> str:
        """A form; returns where it leads. Raises AssertionError where it is refused."""
        status, headers, text = self._ask("POST", path, form | {"csrf": self._csrf})
        assert status == 303, (path, form, status, re.sub(r"<[^>]+>|\s+", " ", text)[-800:])
        return str(headers.get("Location", ""))

    def at_hand(self) -> tuple[str, str]:
        """Case id and number at this person's window; empty for none."""
        found = _CURRENT.search(self.page("/window"))
        assert found
        return found[1], found[2]

    def call(self) -> tuple[str, str]:
        """The next number; empty where nobody waits."""
        led = self.post("/window/act", do="next")
        assert "no=" not in led or "no=nobody" in led, led
        return self.at_hand() if "no=" not in led else ("", "")

    def act(self, do: str, case_id: str) -> str:
        """One act with a number; where it led."""
        return self.post("/window/act", do=do, case_id=case_id)

    def serve(self, case_id: str) -> None:
        """They came, and it is done."""
        for do in ("came", "finish"):
            led = self.act(do, case_id)
            assert "no=" not in led, (do, led)

    def _ask(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        place = urlsplit(self.at.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self._cookie}
        try:
            connection.request(method, path, urlencode(form).encode() if form else None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()
