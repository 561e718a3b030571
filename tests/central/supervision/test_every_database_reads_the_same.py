"""What is read with statements of our own is read on each database."""

from datetime import timedelta

from central.poor_ratings import upkeep
from central.supervision import upkeep as supervision
from tests.central.conftest import Running

PAGES = (
    "/poor-ratings", "/poor-ratings/honours", "/obstacles", "/supervision/audits", "/supervision/duty",
    "/supervision/risks", "/supervision/units", "/complaints/archive", "/complaints/checkpoints",
)  # fmt: skip


def test_the_pages_answer(running: Running) -> None:
    running.log_in()
    upkeep.sweep(running.centre)
    supervision.sweep(running.centre)
    today = running.centre.today()
    days = {"first_day": (today - timedelta(days=9)).isoformat(), "last_day": today.isoformat()}
    for kind in ("cases", "visits", "duty"):
        draw = {"kind": kind, "units": "3", "size": "3", "seed": "s", "csrf": running.csrf()} | days
        answer = running.client.post("/supervision/audits", data=draw, follow_redirects=True)
        assert answer.status_code == 200, kind
    for page in PAGES:
        assert running.client.get(page).status_code == 200, page
