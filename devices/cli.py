"""`./suiban device KIND PORT ACTION [--json]`: one device by hand, for technicians."""

import json
import sys

from devices.model import DeviceError
from devices.registry import KINDS
from devices.sentences import sentence


def run(kind: str, port: str, action: str, as_json: bool) -> int:  # noqa: FBT001 - the command line's switch
    """Do it and print what came of it. 0 when it was done, 1 with a sentence on stderr when not, 2 for a wrong name."""
    if kind not in KINDS:
        return _failed(
            "kind.unknown", f"no kind of device {kind!r}; there are: {', '.join(KINDS)}.", 2, as_json=as_json
        )
    chosen = KINDS[kind]
    if action not in chosen.actions:
        known = ", ".join(chosen.actions)
        return _failed("action.unknown", f"{kind} has no action {action!r}; there are: {known}.", 2, as_json=as_json)
    try:
        result = chosen.by_hand(port, action)
    except DeviceError as error:
        return _failed(error.fault.key, sentence(kind, port, error.fault), 1, as_json=as_json)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, value in result.items():
            print(f"{name:15} {'-' if value is None else value}")
    return 0


def _failed(key: str, message: str, status: int, *, as_json: bool) -> int:
    print(message, file=sys.stderr)
    if as_json:
        print(json.dumps({"error": key, "message": message}, ensure_ascii=False))
    return status
