"""The list of places is checked before it is signed, and comes down as the contract says."""

import msgspec
import pytest

from central.feed.places import sites_draft
from central.feed.rules import Invalid
from contract.feed import FeedKind, Place, Sites
from offline_cache.feed.rules import SITES_KEY

FILE = """\
[[places]]
id = "GL-01"
name = { zh-Hans = "政务中心一楼", en = "Service centre" }
items = ["*"]
east = 109.0883
north = 34.5348

[[places]]
id = "station"
name = { zh-Hans = "客运站" }
items = ["traffic-*"]
"""


def test_a_good_list_becomes_what_the_contract_says() -> None:
    draft = sites_draft("s.toml", FILE.encode(), "boss")
    assert (draft.audience, draft.kind, draft.key) == ("*", FeedKind.SITES, SITES_KEY)
    first, second = msgspec.json.decode(draft.raw(), type=Sites).places
    assert first == Place("GL-01", {"zh-Hans": "政务中心一楼", "en": "Service centre"}, ("*",), 109.0883, 34.5348)
    assert (second.id, second.east) == ("station", None)


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ('id = "station"', 'id = "GL-01"', "'GL-01' stands there twice"),
        ("north = 34.5348", "", "'GL-01': `east` and `north`: expected both or none"),
        ("north = 34.5348", "north = 109.0", "`north`: 109.0; expected degrees of 3 to 54"),
        ('items = ["traffic-*"]', "items = []", "'station': `items`: expected the slugs"),
        ('zh-Hans = "客运站"', 'en = "Station"', "`name`: the Chinese text is missing"),
        ("[[places]]", "[[place]]", "place"),
        ('items = ["*"]', 'item = ["*"]', "item"),
    ],
)
def test_a_bad_list_is_refused_with_its_place(now: str, then: str, expected: str) -> None:
    with pytest.raises(Invalid, match=expected):
        sites_draft("s.toml", FILE.replace(now, then).encode(), "boss")
