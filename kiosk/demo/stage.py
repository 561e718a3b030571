"""Sets the stage: a centre, a cable, the simulators and a terminal in one temporary folder, each a real process."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from kiosk import services
from kiosk.demo.cable import Cable
from kiosk.demo.jack import JackLine
from kiosk.demo.lines import Lines

_START_SECONDS: Final = 180.0
_STOP_SECONDS: Final = 10.0
_RUN_SECONDS: Final = 180.0
TIMEZONE: Final = "Asia/Shanghai"
"""Of terminal and centre, whatever the machine is set to: days and hours are the hall's."""
MANAGER: Final = "manager"
PASSWORD: Final = "suiban-demo-2026"  # noqa: S105 - a demonstration on loopback, gone with its folder

_KIOSK = """\
[terminal]
id = "GL-01"
district = "610117"
number = "0001"
series = "1"

[site]
hall = {{ zh-Hans = "高陵区 24 小时政务服务", en = "Gaoling 24-hour Public Services" }}
place = {{ zh-Hans = "一楼东侧自助区", en = "Ground floor, east self-service area" }}
supervision_phone = "029-12345"
desk_phone = "029-86910000"
staffed_hours = "8:30–17:30"
profile = "hall"
timezone = "{timezone}"
plan = "hall.toml"
# Its windows serve day and night, so that a number can be taken whenever the demonstration is shown.
windows = [{{ opens = "00:00", closes = "24:00", days = ["workday", "weekend", "holiday"] }}]

[centre]
suite = "{suite}"
heartbeat_seconds = 2.0

[panel]
width_px = {width}
height_px = {height}
width_mm = 268.0
fullscreen = false
x = {x}

[voice]
speaker = "{sound}"
jack = "{jack}"

[devices.id_card_reader]
port = "serial:{reader}?baud=115200"

[devices.ticket_printer]
port = "serial:{printer}?baud=115200"
options = {{ {presenter} }}
"""
_PRESENTER: Final = ("presenter = { present_bit = 1, retracted_bit = 2 }", ("--presenter", "1", "--retracted", "2"))
"""A mouth that sees what stands in it: the settings' word for it, and the simulator's."""


class StageError(RuntimeError):
    """Something of the demonstration did not come up; the message says what and shows its own words."""


_OTHERS: Final = {
    "document_printer": "",
    "code_scanner": "",
    "smart_card_reader": "",
    "document_camera": "",
    "locker": '{ short_when = "closed", first_lock = 1 }',
    "permit_endorser": "",
    "person_matcher": "",
    "power": "",
    "cabinet": "",
}
"""What else can be fitted, with the options it needs."""


@dataclass(frozen=True)
class PanelSize:
    """The terminal's window in pixels."""

    width: int = 1080
    height: int = 1920
    x: int = 0


_HALL = "长安大厅"


class Stage:
    """Everything the demonstration runs. Use as a context manager: leaving it ends every process it started."""

    def __init__(
        self,
        folder: Path,
        *,
        panel: PanelSize,
        environment: Mapping[str, str],
        others: bool = False,
        suite: str = "INTL-1",
        hall_node: bool = False,
    ) -> None:
        """`others`: also fit what a small terminal does without: scanner, camera, lockers, cabinet, UPS, and a
        mouth that sees whether the ticket was taken.

        `suite`: what terminal and centre hash, sign and seal with.

        `hall_node`: the terminal stands behind a node of its hall; `cable` is then the line from that to the centre.
        """
        self.folder = folder
        self.devices: dict[str, Lines] = {}
        """The simulators' controls, by the devices' names in the settings."""
        self._others = others
        self._suite = suite
        self._hall_node = hall_node
        self._ports: dict[str, str] = {}
        self.papers = folder / "papers"
        self.hands = folder / "hands"
        self._panel = panel
        self._environment = {**os.environ, **environment}
        self._things = ExitStack()
        self._terminal: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.hall_url = ""
        """Where the pages of the hall's node are, if there is one."""
        self.departments = ""
        """Where the departments' simulator listens; `POST /_world` there makes them slow, down or wrong."""
        self.office = ""
        """Where another city's simulated office listens."""
        self.gateway = ""
        """Where the payment gateway's simulator listens, if one is started; its page is what the QR code opens."""

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._things.close()

    @property
    def config(self) -> Path:
        """The terminal's settings file."""
        return self.folder / "terminal" / "kiosk.toml"

    @property
    def centre_config(self) -> Path:
        """The centre's settings file."""
        return self.folder / "centre" / "central.toml"

    @property
    def upstream_config(self) -> Path:
        """The settings of whom the terminal speaks to: its hall's node, or the centre."""
        return self.folder / "hall" / "hall.toml" if self._hall_node else self.centre_config

    def _build(self) -> None:
        for part in ("terminal", "centre", "papers", "hands", "logs"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self.jack = JackLine(self.folder / "jack.line")
        self._things.callback(self.jack.close)
        self._start_simulators()
        self._start_centre()
        if self._hall_node:
            self._start_hall()
        self._write_settings()
        self.enrol()
        self.start_terminal()

    def _start_simulators(self) -> None:
        for name, kind, rest in (
            ("reader", "id-card-reader", ("--card", "none")),
            ("printer", "ticket-printer", ("--paper", str(self.papers), *(_PRESENTER[1] if self._others else ()))),
        ):
            self._start(
                name, "devices.simulate", kind, "--link", str(self.folder / name), "--control",
                str(self.folder / f"{name}.control"), *rest,
            )  # fmt: skip
        self.reader = self._things.enter_context(Lines(self.folder / "reader.control", _START_SECONDS))
        self.printer = self._things.enter_context(Lines(self.folder / "printer.control", _START_SECONDS))
        self.devices |= {"id_card_reader": self.reader, "ticket_printer": self.printer}
        if self._others:
            self._start_others()

    def _start_others(self) -> None:
        """What does not come up, as pcscd where it is not installed, is not fitted."""
        started = {
            name: self._start(
                name, "devices.simulate", name.replace("_", "-"), "--control", str(self.folder / f"{name}.control")
            )
            for name in _OTHERS
        }
        for name, process in started.items():
            with suppress(OSError, StageError):
                self._ports[name] = self._address(name, process)
                self.devices[name] = self._things.enter_context(Lines(self.folder / f"{name}.control", 1.0))

    def _address(self, name: str, process: subprocess.Popen[bytes]) -> str:
        """What a simulator says of where it is, once it is ready. Raises StageError with its own words."""
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            for line in self.log(name).splitlines():
                if line.startswith('{"ready"'):
                    return str(json.loads(line)["address"])
            time.sleep(0.05)
        message = f"{name} did not start:\n{self.log(name)}"
        raise StageError(message)

    def _start_centre(self) -> None:
        config = str(self.centre_config)
        self.run("central", "init", "--config", config)
        first = f'suite = "{self._suite}"\nhall_plan = "{self.config.parent / "hall.toml"}"\n'
        settings = first + self.centre_config.read_text(encoding="utf-8")
        self.centre_config.write_text(settings, encoding="utf-8")
        self.run("central", "init", "--config", config)  # the keys of that suite, where they are other ones
        # Terminals are told to call the cable, which leads to the listener with TLS.
        tls_port, port = _free_port(), _free_port()
        self.cable = Cable(tls_port)
        self._things.callback(self.cable.close)
        settings = _placed(self.centre_config.read_text(encoding="utf-8"), port, tls_port, self.cable.port)
        self.departments = self._program("departments", "central.departments.simulator")
        settings += f'\n[departments]\nurl = "{self.departments}"\n'
        if self._others:
            settings += self._payments() + self._cities()
        self.centre_config.write_text(settings, encoding="utf-8")
        self.run("central", "add-user", "--config", config, MANAGER, "--password-stdin", text=PASSWORD)
        self.url = self._program("centre", "central", "--config", config)
        if self._others:
            # Nobody waits for these: the first citizen asks later than they are done.
            items = [str(file) for file in sorted(Path(services.__file__).parent.glob("*.toml"))]
            self._start("catalogue", "central", "publish", "catalogue", "--config", config, *items)
            self._start("plan", "central", "load-plan", "--config", config, str(Path(__file__).parent / "plan.toml"))

    def _start_hall(self) -> None:
        """The node of the hall, joined to the centre by a code as in the field; terminals enrol there."""
        (self.folder / "hall").mkdir()
        config = str(self.upstream_config)
        self.run("central", "init", "--config", config, "--role", "hall", "--upstream", self.url, "--hall", _HALL)
        settings = f'suite = "{self._suite}"\n' + self.upstream_config.read_text(encoding="utf-8")
        self.upstream_config.write_text(_placed(settings, _free_port(), _free_port(), 0), encoding="utf-8")
        self.run("central", "init", "--config", config)  # the keys of that suite, where they are other ones
        told = self.ask(
            "central", "hall-code", "--config", str(self.centre_config), "--relay", "CA-HALL", "--hall", _HALL, "--json"
        )
        self.run("central", "join", "--config", config, "--code", told["code"])
        self.run("central", "add-user", "--config", config, MANAGER, "--password-stdin", text=PASSWORD)
        self.hall_url = self._program("hall", "central", "--config", config)

    def _payments(self) -> str:
        """The simulated gateway with its phone page, and the settings that connect the centre with it."""
        key = self.folder / "centre" / "keys" / "payments.key"
        key.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        key.chmod(0o600)
        self.gateway = self._program("gateway", "central.payments.simulator", "--key-file", str(key))
        return f'\n[payments]\nurl = "{self.gateway}"\n'

    def _cities(self) -> str:
        """Another city's simulated office: what is handed over goes on by `POST /_world {"work": true}` there."""
        key = self.folder / "centre" / "keys" / "cities.key"
        key.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        key.chmod(0o600)
        self.office = self._program("office", "central.cities.simulator", "--key-file", str(key))
        return f'\n[cities.offices]\n"咸阳市" = "{self.office}"\n'

    def _program(self, name: str, module: str, *arguments: str) -> str:
        """Start something that listens, and say where once it does. Raises StageError with its own words."""
        ready = self.folder / "centre" / f"{name}.ready.json"
        process = self._start(name, module, *arguments, "--ready-file", str(ready))
        deadline = time.monotonic() + _START_SECONDS
        while not (ready.exists() and ready.stat().st_size):  # it is there a moment before it says anything
            if process.poll() is not None or time.monotonic() > deadline:
                message = f"{name} did not start:\n{self.log(name)}"
                raise StageError(message)
            time.sleep(0.05)
        return str(json.loads(ready.read_text(encoding="utf-8"))["url"])

    def enrol(self) -> None:
        """By the door every terminal comes in by: a code, keys of its own, mutual TLS from then on."""
        code = self.ask(
            "central", "enrol-code", "--config", str(self.upstream_config), "--terminal", "GL-01", "--place",
            "一楼东侧自助区", "--series", "1", "--district", "610117", "--number", "0001", "--json",
        )["code"]  # fmt: skip
        self.run("kiosk", "enrol", "--config", str(self.config), "--url", self.hall_url or self.url, "--code", code)

    def _write_settings(self) -> None:
        plan = (Path(__file__).parent / "hall.toml").read_text(encoding="utf-8")
        plan = plan.replace('url = ""', f'url = "{self.url}/way"')
        (self.config.parent / "hall.toml").write_text(plan, encoding="utf-8")
        self.config.write_text(
            _KIOSK.format(
                suite=self._suite,
                timezone=TIMEZONE,
                width=self._panel.width,
                height=self._panel.height,
                x=self._panel.x,
                reader=self.folder / "reader",
                printer=self.folder / "printer",
                sound="default" if Path("/dev/snd").exists() else "null",
                jack=self.folder / "jack.line",
                presenter=_PRESENTER[0] if self._others else "",
            )
            + "".join(_fitted(name, port) for name, port in self._ports.items()),
            encoding="utf-8",
        )

    def start_terminal(self) -> subprocess.Popen[bytes]:
        """Start the terminal process (again)."""
        self._things.callback(self.stop_terminal)  # the last thing started is the first thing ended
        self._terminal = self._spawn("terminal", "kiosk", "--config", str(self.config), "--hand", str(self.hands))
        return self._terminal

    def await_link(self) -> None:
        """Until the terminal reaches its centre: the hall's numbers and the leases of its own come with that."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._linked():
            if time.monotonic() > deadline:
                message = f"the terminal does not reach its centre:\n{self.log('terminal')}"
                raise StageError(message)
            time.sleep(0.05)

    def _linked(self) -> bool:
        changes = [event["up"] for event in self.trail() if event["event"] == "link_changed"]
        return changes[-1:] == [True]

    def stop_terminal(self) -> None:
        """Ask the terminal to stop and wait for it."""
        if self._terminal is not None:
            _end(self._terminal)
            self._terminal = None

    def kill_terminal(self) -> None:
        """End the terminal process as a power cut would, without a word."""
        if self._terminal is not None:
            self._terminal.kill()
            self._terminal.wait()
            self._terminal = None

    @property
    def terminal_pid(self) -> int:
        """The terminal process that runs now."""
        if self._terminal is None:
            message = "the terminal is not running"
            raise StageError(message)
        return self._terminal.pid

    def trail(self) -> list[dict[str, Any]]:
        """The terminal's audit trail so far."""
        lines = (self.folder / "logs" / "terminal.log").read_text(encoding="utf-8", errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def log(self, name: str) -> str:
        """The last words of one of the processes."""
        path = self.folder / "logs" / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace")[-4000:] if path.exists() else ""

    def ask(self, module: str, *arguments: str) -> dict[str, Any]:
        """Run a command that answers with one JSON object as its last line."""
        answer: dict[str, Any] = json.loads(self.run(module, *arguments).strip().splitlines()[-1])
        return answer

    def run(self, module: str, *arguments: str, text: str | None = None) -> str:
        """Run a command of ours to its end; returns what it printed. Raises StageError with its own words."""
        done = subprocess.run(
            (sys.executable, "-m", module, *arguments),
            input=text,
            capture_output=True,
            text=True,
            timeout=_RUN_SECONDS,
            check=False,
            env=self._environment,
        )
        if done.returncode != 0:
            message = f"{module} {' '.join(arguments)}: {done.stderr or done.stdout}"
            raise StageError(message)
        return done.stdout

    def _start(self, name: str, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = self._spawn(name, module, *arguments)
        self._things.callback(_end, process)
        return process

    def _spawn(self, name: str, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                (sys.executable, "-m", module, *arguments),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
            )


def _fitted(name: str, port: str) -> str:
    options = _OTHERS[name]
    return f'\n[devices.{name}]\nport = "{port}"\n' + (f"options = {options}\n" if options else "")


def _placed(settings: str, port: int, tls_port: int, cable: int) -> str:
    """The centre's settings with where it is: what papers and phones are told, and what terminals call. 0: no cable."""
    ours = {
        "port": str(port),
        "tls_port": str(tls_port),
        "public_url": f'"http://127.0.0.1:{port}"',
        "terminal_url": f'"https://127.0.0.1:{cable or tls_port}"',
        "timezone": f'"{TIMEZONE}"',
    }
    lines = [line for line in settings.splitlines() if line.partition("=")[0].strip() not in ours]
    return "\n".join([*(f"{name} = {value}" for name, value in ours.items()), *lines]) + "\n"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
