"""What the terminal does about the mains: looks at the UPS, says when the advice changes, asks for the off last."""

from collections.abc import Callable, Mapping

from devices.model import DeviceState
from devices.power.state import PowerState
from kiosk import audit
from kiosk.power import switch_off
from kiosk.power.rules import Advice, PowerWatch, step, taken_away


class Mains:
    """Main thread only."""

    def __init__(
        self, state: Callable[[], DeviceState | None], told: Callable[[Advice], None], *, fitted: Callable[[], bool]
    ) -> None:
        """`state`: what the UPS last said, None while nothing is known; `told` hears each new advice once; `fitted`:
        whether the settings name a UPS at all.
        """
        self._fitted = fitted
        self._state = state
        self._told = told
        self._watch = PowerWatch()

    def tick(self, now: float) -> None:
        """Look once. `now` is monotonic seconds."""
        seen, before = self._state(), self._watch.advice
        self._watch = (
            step(self._watch, seen if isinstance(seen, PowerState) else None, now)
            if self._fitted()
            else taken_away(self._watch)
        )
        if self._watch.advice is not before:
            audit.note("mains", advice=self._watch.advice.value, reason=self._watch.reason)
            self._told(self._watch.advice)

    def park(self, environment: Mapping[str, str]) -> None:
        """Everything is written down and let go: if that was for want of current, ask for the machine to go off."""
        if self._watch.advice is Advice.SHUT_DOWN:
            asked = switch_off.ask(environment, self._watch.reason)
            audit.note("power_off_asked", heard=asked)
