"""What managers type about windows and posts. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from central.queue.posts import EVERY_DAY, Post, Window

CODE_LIMIT: Final = 8
LINE_LIMIT: Final = 40
SKILLS_AT_MOST: Final = 60
_SKILL = re.compile(r"^([A-Z]|[a-z][a-z0-9-]{1,60})$")
_TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")


class Malformed(ValueError):
    """What was typed cannot be kept; the message is a key of the pages' words."""


def read_window(form: Mapping[str, str], window_id: str, hall: str) -> Window:
    """A window as its form says it. Raises Malformed."""
    code = form.get("code", "").strip()
    if not code or len(code) > CODE_LIMIT or not code.isprintable():
        raise Malformed("queue.code_wrong")
    skills = tuple(dict.fromkeys(re.split(r"[\s,，、]+", form.get("skills", "").strip())))
    if not skills[0] or len(skills) > SKILLS_AT_MOST or not all(_SKILL.match(one) for one in skills):
        raise Malformed("queue.skills_wrong")
    name, place, zone = (_line(form.get(part, "")) for part in ("name", "place", "zone"))
    return Window(window_id=window_id, hall=hall, code=code, name=name, place=place, zone=zone, skills=skills)


def read_post(form: Mapping[str, str], post_id: str, by: str, now: datetime) -> Post:
    """AB岗 as its form says it. Raises Malformed."""
    weekday = form.get("weekday", "")
    if weekday not in {str(day) for day in range(EVERY_DAY, 8)}:
        raise Malformed("queue.post_wrong")
    starts, ends = form.get("starts", ""), form.get("ends", "")
    if not (_TIME.match(starts) and _TIME.match(ends) and starts < ends):
        raise Malformed("queue.hours_wrong")
    window, stand_in = form.get("window", ""), form.get("stand_in_window", "")
    if not window or not stand_in or window == stand_in:
        raise Malformed("queue.same_window")
    first, second = _line(form.get("first_name", "")), _line(form.get("stand_in_name", ""))
    if not first or not second:
        raise Malformed("queue.names_missing")
    return Post(post_id, window, int(weekday), starts, ends, first, second, stand_in, by, now)


def _line(text: str) -> str:
    words = " ".join(text.split())
    if len(words) > LINE_LIMIT or not words.isprintable():
        raise Malformed("queue.line_long")
    return words
