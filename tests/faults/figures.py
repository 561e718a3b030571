"""What every campaign counts, and its last line. Lost, doubled and corrupt must stay 0; the control must fail."""

import json
import sys
from dataclasses import dataclass, field


@dataclass
class Figures:
    """`runs` counts cuts, kills, cases or steps; `notes` name what was found, at most 20."""

    runs: int = 0
    lost: int = 0
    doubled: int = 0
    corrupt: int = 0
    control_failed: bool | None = None
    """True: the same harness found the mistake that was made on purpose. None: the control was not run."""
    notes: list[str] = field(default_factory=list)
    more: dict[str, object] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether a promise was broken."""
        return bool(self.lost or self.doubled or self.corrupt)

    @property
    def passed(self) -> bool:
        """Nothing broken, and a control that was run did fail."""
        return not self.broken and self.control_failed is not False

    def note(self, kind: str, text: str, count: int = 1) -> None:
        """Count `count` of what is `lost`, `doubled` or `corrupt`, and say what."""
        if count:
            setattr(self, kind, getattr(self, kind) + count)
            if len(self.notes) < 20:
                self.notes.append(f"{kind}: {text}")

    def add(self, name: str, found: "Figures") -> None:
        """Count a part of the campaign too; what else it counted is told under its name."""
        for kind in ("runs", "lost", "doubled", "corrupt"):
            setattr(self, kind, getattr(self, kind) + getattr(found, kind))
        self.notes += found.notes
        self.more[name] = found.more

    def line(self) -> str:
        """The last line, in JSON."""
        counted = {name: getattr(self, name) for name in ("runs", "lost", "doubled", "corrupt", "control_failed")}
        return json.dumps({**counted, **self.more, **({"notes": self.notes} if self.notes else {})}, ensure_ascii=False)


def say(**what: object) -> None:
    """One line of progress."""
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def finish(figures: Figures) -> int:
    """Print the last line; the exit status."""
    sys.stdout.write(figures.line() + "\n")
    sys.stdout.flush()
    return int(not figures.passed)
