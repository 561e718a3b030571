"""What needs the terminal to itself for a moment: a restart, settings of the centre. No citizen is sent away for it."""

from collections.abc import Callable

from kiosk.terminal.service import ServiceMode, Turn
from kiosk.terminal.visits import Visits

Over = Callable[[], None]


class Interlude:
    """Lets the visit on the screen come to its end, then runs one job, then goes on. Main thread only, never waits."""

    def __init__(self, visits: Visits, service: ServiceMode) -> None:
        self._visits = visits
        self._service = service
        self._job: Callable[[Over], None] | None = None
        self._begun = False
        self._technician_asked = False

    @property
    def on(self) -> bool:
        """Whether a job waits or runs."""
        return self._job is not None

    def walks(self) -> bool:
        """Whether the visit that enters now is a walk-through."""
        return self._service.walks()

    def ask(self, job: Callable[[Over], None]) -> bool:
        """Run `job` as soon as nobody is served; it calls what it is given when visits may go on.

        False while another job or a technician's turn is on: ask again later.
        """
        if self.on or self._service.turn is not Turn.CITIZENS:
            return False
        self._job, self._begun = job, False
        self._visits.pause()
        self._visits.step_aside()
        return True

    def tick(self) -> None:
        """Begin when the last visit is gone."""
        if self._job is not None and not self._begun and self._visits.empty:
            self._begun = True
            self._job(self._over)

    def service_asked(self) -> None:
        """Somebody asks for the technician's turn: it comes after the job."""
        if self.on:
            self._technician_asked = True
        else:
            self._service.ask()

    def _over(self) -> None:
        self._job = None
        if self._technician_asked:
            self._technician_asked = False
            self._service.ask()
        else:
            self._visits.resume()
