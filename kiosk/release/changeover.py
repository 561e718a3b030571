"""Brings the terminal to the release that is wanted, at a moment that disturbs nobody, and back from one that is not
well. Main thread only; decides by `rules`, reads the slots on a thread of its own.
"""

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Protocol

import msgspec

from contract.releases import ReleaseReport, Stage, Wanted
from kiosk import audit
from kiosk.durable import replace_file
from kiosk.release import rules, slots
from kiosk.release.fetching import Checked, Fetched, Fetching, News, NotFetched
from kiosk.release.rules import Do, Health, Known, Now, Trial
from kiosk.terminal.inbox import Inbox
from kiosk.terminal.interlude import Interlude, Over

LOOK_SECONDS: Final = 5.0
SWITCH_SECONDS: Final = 60.0
BEFORE: Final = "before.json"


class Fetches(Protocol):
    """What `Fetcher` does."""

    def want(self, release: str) -> None: ...


class Reach(msgspec.Struct, frozen=True):
    """What it sees and moves of the terminal."""

    now: Callable[[], Now]
    health: Callable[[], Health]
    restart: Callable[[], None]
    """End this process; the release that is current starts."""
    wake: Callable[[], None]
    """The centre should hear of something."""
    clock: Callable[[], str]
    """Wall-clock time, ISO 8601."""


class Plan(msgspec.Struct, frozen=True):
    """Where the slots are, what is kept beside the store, and when a release may be changed."""

    slots: Path
    folder: Path
    hours: tuple[str, str]
    least_charge: int


class Changeover:
    """From its making until `stop`; `tick` whenever the terminal ticks."""

    def __init__(
        self,
        plan: Plan,
        inbox: Inbox,
        interlude: Interlude,
        reach: Reach,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.fetcher: Fetches | None = None
        self._plan = plan
        self._inbox = inbox
        self._interlude = interlude
        self._reach = reach
        self._environment = environment
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="slots")
        self._known: Known | None = None
        self._wanted = Wanted()
        self._fetched = ""
        self._failed: dict[str, str] = {}
        """Release -> why it could not be fetched at the last try; empty name: why a look failed."""
        self._percent = 0
        self._checked_at = ""
        self._look_at = 0.0
        self._asked: tuple[str, float] = ("", 0.0)
        """What the outside was asked last, and until when it is waited for."""
        self._trial: Trial | None = None
        self._before = Health(screen=True, store=True, link=False)
        self._over: Over | None = None
        """Visits wait until the switch is seen, or until it is given up."""
        self.report = ReleaseReport(running="")

    def want(self, wanted: Wanted) -> None:
        """What the centre wants, as it came down."""
        if wanted != self._wanted:
            self._wanted = wanted
            audit.note("release_wanted", release=wanted.release, back_from=wanted.back_from)
            self._look_at = 0.0

    def heard(self, news: News) -> None:
        """What the thread that fetches tells."""
        match news:
            case Checked():
                self._checked_at = self._reach.clock()
                self._failed.pop("", None)
            case Fetching(release, percent):
                self._percent = percent
                self._failed.pop(release, None)
            case Fetched(release):
                self._fetched = release
                self._failed.pop(release, None)
                audit.note("release_fetched", release=release)
                self._look_at = 0.0
            case NotFetched(release, why, detail):
                self._failed[release] = why
                if why != "release.not_reached":
                    audit.note("release_refused", release=release, why=why, detail=detail[:200])
        self._say()

    def tick(self, now: float) -> None:
        """Look at the slots now and then. `now` is monotonic seconds."""
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        self._inbox.when_done(self._disk.submit(slots.look, self._plan.slots), self._see, self._not_seen)

    def stop(self) -> None:
        """Finish what is being read."""
        self._disk.shutdown(wait=True)

    def _not_seen(self, error: BaseException) -> None:
        if self._failed.get("") != "release.slots":
            self._failed[""] = "release.slots"
            audit.note("release_refused", release="", why="release.slots", detail=type(error).__name__)

    def _see(self, known: Known) -> None:
        before, self._known = self._known, known
        if before is None and known.trial:
            self._begin_trial()
        if before is not None and before.number != known.number:
            audit.note("release_ended", release=known.ended, outcome=known.outcome, why=known.why)
            self._asked = ("", 0.0)
        if self._over is not None:
            self._await_switch(before, known)
        elif known.trial and self._trial is not None:
            self._judge(known, self._trial)
        else:
            self._do(rules.next_step(known, self._wanted, self._fetched))
        self._say()

    # --- one step ----------

    def _do(self, do: Do) -> None:
        if self.fetcher is not None:
            self.fetcher.want(do.release if do.what == "fetch" else "")
        if do.what == "install":
            self._ask(f"install {do.release}", rules.ASKED_SECONDS)
        elif do.what == "switch":
            self._change(f"switch {do.release}")
        elif do.what == "back":
            self._change(f"back {do.release} release.taken_back")

    def _ask(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if self._asked[0] == what and now < self._asked[1]:
            return False
        self._asked = (what, now + seconds)
        heard = slots.ask(self._environment, what)
        audit.note("release_asked", what=what, heard=heard)
        return heard

    def _change(self, what: str) -> None:
        """The lock: whoever is here is served to the end, and what is printed comes out, before anything changes."""
        if self._not_now() == "" and not self._interlude.on:
            before = self._reach.health()  # as long as there is a screen to ask
            self._interlude.ask(lambda over: self._alone(what, before, over))

    def _not_now(self) -> str:
        return rules.may_change(self._reach.now(), self._plan.hours, self._plan.least_charge)

    def _alone(self, what: str, before: Health, over: Over) -> None:
        """Nobody is served; what a visit that has just ended left at the printer goes first."""
        if self._not_now():
            over()
            return
        self._plan.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(self._plan.folder / BEFORE, msgspec.json.encode(before))
        self._asked = ("", 0.0)
        if self._ask(what, SWITCH_SECONDS):
            self._over = over
            self._look_at = 0.0
        else:
            over()

    def _await_switch(self, before: Known | None, known: Known) -> None:
        over = self._over
        if before is not None and known.current != before.current:
            audit.note("release_switched", release=known.current)
            self._over = None
            self._reach.restart()
        elif over is not None and (self._asked[0] == "" or time.monotonic() >= self._asked[1]):
            self._over = None
            over()

    # --- on trial ----------

    def _begin_trial(self) -> None:
        self._trial = Trial(time.monotonic())
        try:
            self._before = msgspec.json.decode((self._plan.folder / BEFORE).read_bytes(), type=Health)
        except (OSError, ValueError):  # nobody wrote down how it was: it has to serve, no more
            self._before = Health(screen=True, store=True, link=False)

    def _judge(self, known: Known, trial: Trial) -> None:
        now = time.monotonic()
        self._trial = trial = rules.seen(trial, rules.is_well(self._reach.health(), self._before), now)
        if rules.next_step(known, self._wanted, "").what == "back":
            self._change(f"back {known.current} release.taken_back")
            return
        match rules.verdict(trial, now):
            case "well":
                self._ask(f"well {known.current}", SWITCH_SECONDS)
            case "back":
                self._change(f"back {known.current} {trial.why}")
            case _:
                pass

    # --- what is said of it ----------

    def _say(self) -> None:
        stage, of, why = self._standing()
        old = self.report
        known = self._known
        at = old.at if (stage, of) == (old.stage, old.of) else self._reach.clock()
        percent = self._percent if stage is Stage.FETCHING else 0
        running = known.current if known is not None else ""
        self.report = ReleaseReport(running, self._wanted.release, stage, of, why, at, self._checked_at, percent)
        if self.report != old:
            self._reach.wake()

    def _standing(self) -> tuple[Stage, str, str]:
        known, wanted = self._known, self._wanted.release
        if known is None:
            return Stage.NONE, "", ""
        if known.trial:
            return Stage.TRIAL, known.current, self._trial.why if self._trial is not None else ""
        if wanted in {"", known.current}:
            if known.ended == known.current and known.outcome == "well":
                return Stage.WELL, known.current, self._failed.get("", "")
            if known.outcome == "back":
                return Stage.BACK, known.ended, known.why
            return Stage.NONE, known.current, self._failed.get("", "")
        if known.ended == wanted and known.outcome in {"back", "refused"}:
            return Stage(known.outcome), wanted, known.why
        if wanted in known.complete:
            return Stage.WAITING, wanted, self._not_now()
        if self._fetched == wanted:
            return Stage.INSTALLING, wanted, ""
        why = self._failed.get(wanted, "")
        return (Stage.REFUSED if why not in {"", "release.not_reached"} else Stage.FETCHING), wanted, why
