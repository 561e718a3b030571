import threading

from pytestqt.qtbot import QtBot

from kiosk.journey.events import Ticked
from tests.waiting import until
from ui.bridge import Bridge
from ui.idle import Pulse


def test_four_threads_lose_nothing_and_keep_their_order(qtbot: QtBot) -> None:
    heard: list[tuple[int, int]] = []
    threads: set[int] = set()

    def deliver(event: object) -> None:
        assert isinstance(event, tuple)
        heard.append(event)
        threads.add(threading.get_ident())

    bridge = Bridge(deliver)

    def post(name: int) -> None:
        for at in range(500):
            bridge.post((name, at))

    posting = [threading.Thread(target=post, args=(name,)) for name in range(4)]
    for thread in posting:
        thread.start()
    until(lambda: len(heard) == 2000, "all posts", state=lambda: len(heard), meanwhile=lambda: qtbot.wait(5))
    for thread in posting:
        thread.join()
    assert threads == {threading.main_thread().ident}
    for name in range(4):
        assert [at for who, at in heard if who == name] == list(range(500))


def test_a_post_from_the_qt_thread_waits_its_turn(qtbot: QtBot) -> None:
    heard: list[object] = []
    bridge = Bridge(heard.append)
    bridge.post("later")
    assert heard == []
    until(lambda: heard == ["later"], "the post", meanwhile=lambda: qtbot.wait(5))


def test_the_pulse_beats_with_rising_seconds_until_it_is_stopped(qtbot: QtBot) -> None:
    beats: list[Ticked] = []
    pulse = Pulse(beats.append)
    pulse.start()
    until(lambda: len(beats) >= 2, "two beats", meanwhile=lambda: qtbot.wait(5))
    pulse.stop()
    assert beats[0].now < beats[1].now
