import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.voice.player import Aplay, Silent
from kiosk.voice.prompts import Prompts, file_name
from kiosk.voice.sound import RATE, Sound, at_level, chime, from_wav, to_wav
from kiosk.voice.speaker import Order, Speaker
from kiosk.voice.speech import FAST, NORMAL, SLOW
from kiosk.voice.synth import Espeak, Mute
from tests.waiting import until

ALWAYS: Callable[[], bool] = lambda: True  # noqa: E731 - a player asks whether it is still wanted
TEN_SECONDS = Sound(b"\0\0" * RATE * 10)


def _program(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize(
    ("language", "text"), [("zh-Hans", "请把身份证放好。"), ("zh-Hant", "請把身份證放好。"), ("en", "Hello.")]
)
def test_espeak_speaks_every_language(language: str, text: str) -> None:
    sound = Espeak().sound(text, language, NORMAL)
    assert sound.seconds > 0.3
    assert any(sound.samples), "it is not silence"


def test_three_speeds() -> None:
    slow, normal, fast = (
        Espeak().sound("请把身份证放好。", "zh-Hans", speed).seconds for speed in (SLOW, NORMAL, FAST)
    )
    assert slow > normal > fast


def test_what_is_said_stands_on_no_command_line(tmp_path: Path) -> None:
    seen = tmp_path / "arguments"
    program = _program(tmp_path / "espeak", f'echo "$@" > {seen}; cat > {seen}.in; exit 0')
    with pytest.raises(Mute):
        Espeak(program).sound("欧阳小明", "zh-Hans", NORMAL)
    assert "欧阳" not in seen.read_text(encoding="utf-8")
    assert "欧阳小明" in Path(f"{seen}.in").read_text(encoding="utf-8")


def test_a_missing_program_is_one_sentence() -> None:
    with pytest.raises(Mute, match="install the Debian package espeak-ng"):
        Espeak("/nowhere/espeak-ng").sound("好", "zh-Hans", NORMAL)
    with pytest.raises(Silent, match="install the Debian package alsa-utils"):
        Aplay("/nowhere/aplay").play(chime(), "null", ALWAYS)


def test_a_synthesiser_that_hangs_is_killed(tmp_path: Path) -> None:
    program = _program(tmp_path / "espeak", f"echo $$ > {tmp_path}/pid; exec sleep 60")
    with pytest.raises(Mute, match="no sound within"):
        Espeak(program, deadline=0.3).sound("好", "zh-Hans", NORMAL)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="ascii")), 0)


def test_sound_reaches_the_device(tmp_path: Path) -> None:
    heard = tmp_path / "heard.raw"
    Aplay().play(chime(), f"file:'{heard}',raw", ALWAYS)
    assert chime().samples[:2000] in heard.read_bytes()


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(Silent, match=r"nowhere.*name another in \[voice\]"):
        Aplay().play(chime(), "nowhere", ALWAYS)


def test_a_sound_nobody_wants_any_more_never_begins(tmp_path: Path) -> None:
    heard = tmp_path / "heard.raw"
    Aplay().play(chime(), f"file:'{heard}',raw", lambda: False)
    assert not heard.exists()


def test_stop_is_silence_now() -> None:
    player = Aplay()
    done = threading.Thread(target=player.play, args=(TEN_SECONDS, "null", ALWAYS))
    done.start()
    time.sleep(0.1)
    player.stop()
    done.join(timeout=5)
    assert not done.is_alive(), "ten seconds of sound ended with the stop"


def test_levels_are_softer_and_wav_goes_both_ways() -> None:
    loud = chime()
    assert from_wav(to_wav(loud)) == loud
    assert at_level(loud, 100) == loud
    peaks = [max(at_level(loud, level).samples[1::2], key=lambda b: b if b < 128 else 0) for level in (100, 60, 20)]
    assert peaks == sorted(peaks, reverse=True)
    assert not any(at_level(loud, 0).samples)


def test_a_wav_from_a_pipe_is_as_long_as_it_is() -> None:
    wav = bytearray(to_wav(chime()))
    wav[40:44] = (0x7FFFF000).to_bytes(4, "little")
    assert from_wav(bytes(wav)) == chime()


@pytest.mark.parametrize("broken", [b"", b"RIFF", to_wav(chime())[:30], b"\0" * 100])
def test_what_is_no_wav_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="no WAV"):
        from_wav(broken)


def test_without_sound_there_are_captions_and_one_complaint() -> None:
    captions: list[str] = []
    complaints: list[str] = []
    speaker = Speaker(Espeak("/nowhere/espeak-ng"), Aplay(), Prompts(None), captions.append, complaints.append)
    speaker.say(Order(("请放身份证。", "谢谢。"), "zh-Hans"))
    until(lambda: complaints, "the complaint")
    assert captions == ["请放身份证。"]
    speaker.say(Order(("再见。",), "zh-Hans"))
    until(lambda: speaker.silent, "the caption to have been read")
    speaker.close()
    assert "再见。" in captions
    assert len(complaints) == 1


def test_a_silent_hour_has_captions_only(tmp_path: Path) -> None:
    captions: list[str] = []
    program = _program(tmp_path / "espeak", f"touch {tmp_path}/spoken")
    speaker = Speaker(Espeak(program), Aplay(), Prompts(None), captions.append)
    speaker.say(Order(("请放身份证。",), "zh-Hans", level=0, chimes=True))
    until(lambda: captions, "the caption")
    speaker.close()
    until(lambda: not captions[-1], "silence")
    assert not (tmp_path / "spoken").exists()


def test_no_child_outlives_its_speaker(tmp_path: Path) -> None:
    playing = tmp_path / "pid"
    program = _program(tmp_path / "aplay", f"echo $$ > {playing}.new; mv {playing}.new {playing}; exec sleep 60")
    speaker = Speaker(Espeak(), Aplay(program), Prompts(None), lambda _: None)
    speaker.say(Order(("请放身份证。",), "zh-Hans"))
    until(playing.exists, "the sound")
    speaker.close()
    until(lambda: not Path("/proc", playing.read_text(encoding="ascii").strip()).exists(), "the child to be gone")


def test_a_recorded_prompt_is_played_and_not_synthesised(tmp_path: Path) -> None:
    prompt = tmp_path / "prompts" / "zh-Hans" / file_name("请放身份证。")
    prompt.parent.mkdir(parents=True)
    prompt.write_bytes(to_wav(chime()))
    program = _program(tmp_path / "espeak", f"cat >> {tmp_path}/spoken")
    heard = tmp_path / "heard.raw"
    speaker = Speaker(Espeak(program), Aplay(), Prompts(tmp_path / "prompts"), lambda _: None)
    speaker.say(Order(("请放身份证。张三，您好。",), "zh-Hans", device=f"file:'{heard}',raw"))
    until((tmp_path / "spoken").exists, "the sentence without a prompt")
    assert chime().samples[:2000] in heard.read_bytes()
    speaker.say(Order(("请放身份证。",), "zh-Hans", speed=FAST, device="null"))
    until(lambda: "请放" in (tmp_path / "spoken").read_text(encoding="utf-8"), "another speed to be synthesised")
    speaker.close()
    assert "请放身份证。" not in (tmp_path / "spoken").read_text(encoding="utf-8").splitlines()[0]
