import re
from pathlib import Path

import pytest

from kiosk import services, words
from kiosk.voice import __main__ as command
from kiosk.voice.prompts import Prompts, build, file_name, fixed
from kiosk.voice.sound import Sound, chime, to_wav
from kiosk.voice.speech import sentences
from kiosk.voice.synth import Espeak, Mute


class Counting:
    """A synthesiser without sound."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def sound(self, text: str, language: str, speed: int) -> Sound:  # noqa: ARG002 - as the real one
        self.said.append(text)
        return Sound(b"\1\0")

    def stop(self) -> None:
        pass


def test_every_text_without_blanks_has_its_prompt_and_nothing_else_is_there(tmp_path: Path) -> None:
    items = services.load().items
    voice = Counting()
    built = build(tmp_path, voice, items)
    assert built.written == len(voice.said) > 500
    for language in words.languages():
        names = {path.name for path in (tmp_path / language).iterdir()}
        assert names == {file_name(text) for _, text in fixed(language, items)}
        assert not any("{" in text for _, text in fixed(language, items))
    welcome = sentences(words.say("zh-Hans", "voice.welcome"), "zh-Hans")
    assert len(welcome) > 1
    assert all(Prompts(tmp_path).find(sentence, "zh-Hans") for sentence in welcome), "one prompt a sentence"
    assert Prompts(tmp_path).find("张三", "zh-Hans") is None
    assert not any(re.search(r"\d", said) for said in voice.said if re.search("[\u3400-\u9fff]", said))


def test_built_again_only_what_changed_is_spoken(tmp_path: Path) -> None:
    build(tmp_path, Counting())
    stale = tmp_path / "en" / file_name("Nobody says this any more")
    stale.write_bytes(to_wav(chime()))
    (tmp_path / "en" / file_name(words.say("en", "voice.how"))).unlink()
    again = build(tmp_path, Counting())
    assert (again.written, again.removed) == (1, 1)


def test_a_recording_takes_the_place_of_the_synthesiser(tmp_path: Path) -> None:
    clip = tmp_path / "clips" / "zh-Hans" / "voice.how.wav"
    clip.parent.mkdir(parents=True)
    clip.write_bytes(to_wav(chime()))
    built = build(tmp_path / "prompts", Counting(), clips=tmp_path / "clips")
    assert built.recorded == 1
    assert Prompts(tmp_path / "prompts").find(words.say("zh-Hans", "voice.how"), "zh-Hans") == chime()


def test_a_damaged_prompt_is_synthesised_instead(tmp_path: Path) -> None:
    build(tmp_path, Counting())
    (tmp_path / "en" / file_name(words.say("en", "voice.how"))).write_bytes(b"RIFF")
    assert Prompts(tmp_path).find(words.say("en", "voice.how"), "en") is None


def test_the_command_says_in_one_sentence_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking(*_: object) -> Sound:
        message = "espeak-ng: No such file or directory; install the Debian package espeak-ng"
        raise Mute(message)

    monkeypatch.setattr(Espeak, "sound", lacking)
    monkeypatch.setattr("sys.argv", ["voice", "build", str(tmp_path)])
    assert command.main() == 1
    assert "install the Debian package espeak-ng" in capsys.readouterr().err
