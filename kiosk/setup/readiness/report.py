"""The readiness report: one A4 document, Chinese with English below, that somebody can sign and file."""

import hashlib
import json
import tomllib
from importlib.resources import files
from typing import Any, Final

import msgspec
import qrcode
import typst

from devices.kind import Finding
from devices.sentences import all_sentences
from kiosk.setup.readiness.found import Check, DeviceHealth, Identity, Readiness

_MARKS: Final = {True: "good", False: "wrong", None: "unknown"}
_WORKSHOP: Final = ("command chromium", "command Xvfb", "command strace", "command postgres")
"""What a workshop needs and a terminal does not is in the table and left out of the paper."""
_HERE: Final = files("kiosk.setup.readiness")


def pdf(found: Readiness) -> bytes:
    """The report as PDF. Fonts come from the machine: Noto Sans CJK SC."""
    sheet = json.dumps(content(found), ensure_ascii=False)
    made: bytes = typst.compile((_HERE / "report.typ").read_bytes(), sys_inputs={"sheet": sheet})
    return made


def content(found: Readiness) -> dict[str, object]:
    """Everything the sheet shows, in words."""
    words: dict[str, dict[str, Any]] = tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))
    who = found.identity
    devices = [_device(device, words) for device in found.devices]
    checks = [_check(check, words) for check in found.checks if check.name not in _WORKSHOP]
    return {
        "identity": msgspec.to_builtins(who),
        "settings": _settings(who, words),
        "at": who.at.replace("T", " "),
        "level": words["levels"][who.level],
        "state": state(found),
        "verdict": {
            language: text.format(lacking=found.lacking, unproven=found.unproven)
            for language, text in words["verdict"][state(found)].items()
        },
        "lacking": [part["title"] for part in (*devices, *checks) if part["mark"] == "wrong"],
        "devices": devices,
        "checks": checks,
        "summary": summary(found),
        "code": _svg(summary(found)),
    }


def _settings(who: Identity, words: dict[str, dict[str, Any]]) -> str:
    if who.revision is None:
        return who.fingerprint
    return f"第 {who.revision} 版，{words['outcomes'].get(who.outcome, who.outcome)}　{who.fingerprint}"


def state(found: Readiness) -> str:
    """lacking, machine (nothing of a terminal was looked at), unproven or ready."""
    if not found.ok:
        return "lacking"
    return "machine" if found.machine_only else "unproven" if found.unproven else "ready"


def summary(found: Readiness) -> str:
    """One line for the code at the foot: which terminal, when, the outcome, and a hash over all that was found."""
    who = found.identity
    return f"suiban-readiness 1 {who.terminal or '-'} {who.at} {state(found)} {who.fingerprint or '-'} {digest(found)}"


def digest(found: Readiness) -> str:
    """SHA-256 over the findings as `doctor --json` prints them: paper and file can be held against each other."""
    return hashlib.sha256(msgspec.json.encode(found, order="sorted")).hexdigest()[:16]


def _device(device: DeviceHealth, words: dict[str, dict[str, Any]]) -> dict[str, object]:
    return {
        "title": words["devices"].get(device.name, {"zh-Hans": device.name, "en": device.name}),
        "port": device.port,
        "mark": _MARKS[device.ok],
        "levels": [words["levels"][level] for level in device.levels],
        "findings": [_finding(one, words) for one in device.findings],
        "what": device.what,
    }


def _finding(one: Finding, words: dict[str, dict[str, Any]]) -> dict[str, str]:
    said = all_sentences().get(one.found)
    return {
        "name": words["findings"].get(one.name, one.name.replace("_", " ")),
        "found": said.what["zh-Hans"] if said else words["values"].get(one.found, one.found),
        "mark": _MARKS[one.ok],
    }


def _check(check: Check, words: dict[str, dict[str, Any]]) -> dict[str, object]:
    family, _, which = check.name.partition(" ")
    known = words["checks"].get(check.name) or words["checks"].get(family) or {}
    shown = which if check.name not in words["checks"] else ""
    return {
        "title": {"zh-Hans": f"{known.get('zh-Hans', check.name)} {shown}".strip(), "en": known.get("en", check.name)},
        "found": check.found,
        "mark": "wrong" if not check.ok else "note" if check.advice else "good",
        "advice": {"zh-Hans": known.get("advice", "") if check.advice else "", "en": check.advice},
    }


def _svg(text: str) -> str:
    """The code as a picture of squares."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    size = len(rows)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{dark}"/></svg>'
