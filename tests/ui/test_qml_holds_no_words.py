import re
from pathlib import Path

import pytest

QML = Path(__file__).resolve().parents[2] / "ui" / "qml" / "Suiban"
FILES = sorted(path for path in QML.rglob("*.qml") if path.parent.name != "Dock")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
SHOWN = re.compile(
    r'\b(text|label|title|note|lead|placeholder|trouble|main|second|back)\s*:\s*[^\n]*"([^"\n]*\w[^"\n]*)"'
)


def _wrong(source: str) -> list[str]:
    code = COMMENT.sub("", source)
    literals = LITERAL.findall(code)
    chinese_or_sentences = [text for text in literals if re.search(r"[\u3000-\u9fff]|[A-Za-z] [A-Za-z]", text)]
    return chinese_or_sentences + [
        text for _, text in SHOWN.findall(code) if not re.fullmatch(r"\d|#[0-9A-F]{6}", text)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_words_in(path: Path) -> None:
    assert _wrong(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("line", ['text: "退出"', 'label: on ? "Leave" : ""', 'Accessible.name: "the way out"'])
def test_words_would_be_found(line: str) -> None:
    assert _wrong(f"Item {{ {line} }}") != []
