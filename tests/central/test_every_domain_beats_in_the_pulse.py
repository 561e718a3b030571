"""Whatever tells when it last changed is asked: a page must hear of what another process did."""

import re
from pathlib import Path

from central import pulse

CENTRAL = Path(pulse.__file__).parent
TELLS = re.compile(r"^def (last_change|last_handled|last_step)\(", re.MULTILINE)


def test_every_store_that_tells_is_asked() -> None:
    telling = {
        (".".join(("central", *path.relative_to(CENTRAL).with_suffix("").parts)), name)
        for path in CENTRAL.rglob("store.py")
        for name in TELLS.findall(path.read_text(encoding="utf-8"))
    }
    assert {(beat.__module__, beat.__name__) for beat in pulse.BEATS} == telling
    assert len(telling) > 20
