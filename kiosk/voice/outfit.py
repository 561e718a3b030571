"""The voice of one terminal as its settings say: the speaker, the jack, and where sound goes."""

from collections.abc import Callable
from datetime import datetime

from kiosk import audit
from kiosk.facts import voice_level, within
from kiosk.settings import Settings
from kiosk.voice.jack import Jack
from kiosk.voice.player import Aplay
from kiosk.voice.prompts import Prompts
from kiosk.voice.speaker import Outlets, Speaker
from kiosk.voice.synth import Espeak


def outlets(settings: Settings) -> Outlets:
    """The devices and levels; the plan of the site's profile for the loudspeaker."""
    voice, site, night = settings.voice, settings.site, settings.profile.night

    def level(clock: datetime) -> int:
        at = f"{clock:%H:%M}"
        most = min(voice.most, night.volume) if within(site.night_from, site.night_to, at) else voice.most
        return min(voice_level(site.voice, at), most)

    return Outlets(voice.speaker, voice.headphones or voice.speaker, level, voice.headphones_level)


def speaker(settings: Settings, caption: Callable[[str], None]) -> Speaker:
    """What speaks; `caption` is called on its thread."""
    folder = settings.path.parent / settings.voice.prompts if settings.voice.prompts else None
    return Speaker(Espeak(), Aplay(), Prompts(folder), caption, lambda why: audit.note("voice_lost", why=why))


def jack(settings: Settings, said: Callable[[bool, bool], None]) -> Jack | None:
    """What sees the headphones; None where the settings say there is none."""
    return Jack(settings.voice.jack, said) if settings.voice.jack else None
