import queue
from pathlib import Path

from kiosk.demo.jack import JackLine
from kiosk.voice.jack import Jack
from tests.waiting import heard


def test_every_visit_hears_how_the_jack_is_and_what_happens_to_it(tmp_path: Path) -> None:
    line = JackLine(tmp_path / "jack")
    for _ in range(2):
        said: queue.SimpleQueue[tuple[bool, bool]] = queue.SimpleQueue()
        visit = Jack(str(tmp_path / "jack"), lambda plugged, moved, said=said: said.put((plugged, moved)))  # type: ignore[misc]
        found, moved = heard(said, "how it is")
        assert (found, moved) == (line.plugged, False)
        line.plug(plugged=not line.plugged)
        assert heard(said, "the change") == (line.plugged, True)
        visit.close()
    line.close()
