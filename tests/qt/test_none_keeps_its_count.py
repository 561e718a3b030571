"""PySide6 6.12.0 on Python 3.11 loses a reference to None on each call that returns it, until Python aborts."""

import subprocess
import sys

CALLS = """
import ctypes
import gc
import sys

from PySide6.QtCore import QCoreApplication, QObject

application = QCoreApplication([])
thing = QObject()
drop = ctypes.pythonapi.Py_DecRef
drop.argtypes = [ctypes.py_object]
drop.restype = None
gc.collect()
before = sys.getrefcount(None)
for _ in range(10_000):
    thing.parent()
    thing.property("no-such-name")
    thing.findChild(QObject, "nobody")
for _ in range({planted}):
    drop(None)
print(before - sys.getrefcount(None))
"""
NONE_IS_IMMORTAL = sys.version_info >= (3, 12)


def references_lost(*, planted: int = 0) -> int:
    """In a process of its own: an abort fails only this test, and no other thread moves the count."""
    done = subprocess.run(
        [sys.executable, "-c", CALLS.format(planted=planted)], check=True, capture_output=True, text=True, timeout=60
    )
    return int(done.stdout)


def test_calls_that_return_none_cost_no_reference() -> None:
    assert references_lost() <= 0


def test_a_planted_loss_is_noticed() -> None:
    expected = 0 if NONE_IS_IMMORTAL else 500
    assert references_lost(planted=500) >= expected
