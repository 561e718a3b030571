"""docs/operations/new-item.md, done literally: each example of it is an item a citizen finds and finishes."""

import re
from pathlib import Path

import pytest

from kiosk import services
from kiosk.journey import events as e
from kiosk.journey.progress import Journey, Screen
from kiosk.journey.step import step

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs/operations/new-item.md").read_text(encoding="utf-8")


def made(folder: Path, kind: str) -> Path:
    """The steps of the document, as a newcomer types them."""
    (copied,) = set(re.findall(r"cp (kiosk/services/\S+\.toml)", DOC))
    text = (ROOT / copied).read_text(encoding="utf-8")
    text = re.sub(r"^slug = .*$", f'slug = "library-{kind}"', text, flags=re.MULTILINE)
    text = re.sub(r'^kind = "query"$', f'kind = "{kind}"', text, flags=re.MULTILINE)
    text = re.sub(r"^(\[title\]\nzh-Hans) = .*$", r'\1 = "办理借书证"', text, flags=re.MULTILINE)
    text = re.sub(r"^keywords = .*$", 'keywords = ["借书"]', text, flags=re.MULTILINE)
    if kind != "query":
        text = text[: text.index("[query]")]
    path = folder / f"library-{kind}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["number", "guide", "query"])
def test_an_item_put_beside_the_store_is_offered_found_and_begun(tmp_path: Path, kind: str) -> None:
    made(tmp_path, kind)
    loaded = services.load(over=tmp_path)
    assert loaded.errors == ()
    (item,) = [one for one in loaded.items if one.slug == f"library-{kind}"]
    assert item.title["zh-Hans"] == "办理借书证"
    j = Journey(visit=1, case_id="case", items=loaded.items, terminal="GL-01")
    for event in (e.Ticked(1.0, "2026-11-23T10:00"), e.DutyChanged((), link_up=True, papers=True), e.Started()):
        j, _ = step(j, event)
    j, _ = step(j, e.ItemChosen(item.slug))
    assert j.screen is Screen.ITEM
    j, _ = step(j, e.ItemBegun())
    assert j.screen is (Screen.CARD if kind == "number" else Screen.SERVICE)


def test_an_empty_file_takes_an_item_away(tmp_path: Path) -> None:
    (tmp_path / "marriage-record.toml").write_text("", encoding="utf-8")
    assert "marriage-record" not in {item.slug for item in services.load(over=tmp_path).items}


def test_a_mistake_is_one_sentence_with_file_place_and_expected_value(tmp_path: Path) -> None:
    """Negative control: what is not an item is refused by name, and the terminal runs on without it."""
    path = made(tmp_path, "number")
    path.write_text(path.read_text(encoding="utf-8").replace("depth = ", "depht = "), encoding="utf-8")
    loaded = services.load(over=tmp_path)
    (error,) = loaded.errors
    assert path.name in error
    assert "depht" in error
    assert loaded.items
