"""The chain test: a known page out of the printer, under the camera, and the two compared."""

import secrets
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from devices import model
from devices.kind import Finding
from devices.model import DeviceError, Fault
from devices.port import Deadline
from kiosk.technician.effects import BeginChain, GoOnChain
from kiosk.technician.events import ChainMoved
from kiosk.technician.sayings import texts_of
from kiosk.technician.stations import Stations
from kiosk.technician.values import ChainStep

PRINTER: Final = "document_printer"
CAMERA: Final = "document_camera"
_STEPS: Final = ("printer", "page", "camera", "compare")
_PRINT_SECONDS: Final = 70.0
_SEE_SECONDS: Final = 25.0

State = Literal["ahead", "now", "yours", "done", "failed", "lacking"]


class Chain:
    """One test at a time, on the bench's thread. The page's serial is new each time, so no older page passes."""

    def __init__(self, stations: Stations, post: Callable[[ChainMoved], None]) -> None:
        self._stations = stations
        self._post = post
        self._serial = ""
        self._steps: dict[str, ChainStep] = {}

    def do(self, order: BeginChain | GoOnChain) -> None:
        """Print; or, once the page lies under the camera, look and compare."""
        try:
            match order:
                case BeginChain():
                    self._begin()
                case GoOnChain():
                    self._go_on()
        except DeviceError as error:
            self._fail(error.fault)

    def _begin(self) -> None:
        self._serial = f"{secrets.randbelow(10**8):08}"
        self._steps = {name: ChainStep(name, "ahead") for name in _STEPS}
        for name, step, lacking in ((PRINTER, "printer", "no_printer"), (CAMERA, "camera", "no_camera")):
            if self._stations.setup(name) is None:
                self._move(step, "lacking", lacking, over=True)
                return
        self._move("printer", "now")
        state = self._stations.ask(PRINTER, lambda printer: printer.status(), _SEE_SECONDS)
        if (fault := state.fault()) is not None:
            raise DeviceError(fault)
        self._move("printer", "done")
        self._move("page", "now")
        outcome = self._stations.ask(PRINTER, self._print, _PRINT_SECONDS)
        if outcome.result != "printed":
            raise DeviceError(outcome.fault or model.fault("device.failed", outcome.result))
        self._move("page", "done", self._serial)
        self._move("camera", "yours")

    def _print(self, printer: Any) -> Any:  # noqa: ANN401 - a driver and its outcome, of a kind this file need not name
        from devices.document_camera.compare import known_page  # noqa: PLC0415 - typst, for this test only
        from devices.document_printer.state import Document  # noqa: PLC0415 - as above

        document = Document(pdf=known_page(self._serial), pages=1, title="chain test")
        return printer.print_document(document, Deadline.after(_PRINT_SECONDS - 5))

    def _go_on(self) -> None:
        self._move("camera", "now")
        findings = self._stations.ask(CAMERA, self._look, _SEE_SECONDS + 10)
        self._move("camera", "done")
        wrong = [finding for finding in findings if finding.ok is False]
        shown = ", ".join(f"{finding.name}: {finding.found}" for finding in wrong or findings)
        self._move("compare", "failed" if wrong else "done", shown, over=True)

    def _look(self, camera: Any) -> tuple[Finding, ...]:  # noqa: ANN401 - as above
        from devices.document_camera.compare import compare  # noqa: PLC0415 - OpenCV, for this test only

        taken = camera.capture(Deadline.after(_SEE_SECONDS))
        return compare(taken, self._serial)

    def _move(self, step: str, state: State, found: str = "", *, over: bool = False) -> None:
        self._steps[step] = ChainStep(step, state, found)
        self._post(ChainMoved(tuple(self._steps.values()), over))

    def _fail(self, fault: Fault) -> None:
        """The step that was under way is the one that failed."""
        step = next((one for one in self._steps.values() if one.state in ("now", "yours")), None)
        if step is not None:
            what, _ = texts_of(fault)
            failed = msgspec.structs.replace(step, state="failed", found=fault.key, what=what)
            self._steps[step.name] = failed
            self._post(ChainMoved(tuple(self._steps.values()), over=True))
