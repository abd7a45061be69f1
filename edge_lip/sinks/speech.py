"""Texts said aloud, by a program that is installed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from ..errors import UsageError
from ..events import Event
from ..system.specs import SpecKey, number, parse
from .process import find, run
from .queued import FINALS

TIMEOUT = 60.0
"""Seconds that a text may take: an utterance is ten at most."""


@dataclass(frozen=True)
class Engine:
    """A way from text to sound."""

    keys: Mapping[str, SpecKey]
    commands: Callable[[dict[str, Any]], list[list[str]]]
    """Which programs take the text, each the output of the one before, by the settings."""
    advice: Mapping[str, str]
    """How each of them is installed."""


def _espeak(settings: dict[str, Any]) -> list[list[str]]:
    voice, speed = settings.get("voice", "en"), round(settings.get("speed", 175))
    loudness = ["-a", str(round(settings["volume"]))] if "volume" in settings else []
    return [["espeak-ng", "-v", voice, "-s", str(speed), *loudness, "--stdin"]]


def _piper(settings: dict[str, Any]) -> list[list[str]]:
    if "model" not in settings:
        raise UsageError("piper needs a voice: --to 'speech:piper?model=voice.onnx'")
    model = Path(settings["model"]).expanduser()
    if not model.is_file():
        raise UsageError(f"piper has no voice {model}: give the path of an .onnx file")
    return [["piper", "--model", str(model), "--output_file", "-"], ["aplay", "-q", "-"]]


ENGINES = {
    "espeak-ng": Engine(
        {"voice": SpecKey(str, "a voice"), "speed": number(80, 450), "volume": number(0, 200)},
        _espeak,
        {"espeak-ng": "sudo apt install espeak-ng"},
    ),
    "piper": Engine(
        {"model": SpecKey(str, "a file")},
        _piper,
        {"piper": "pip install piper-tts", "aplay": "sudo apt install alsa-utils"},
    ),
}
DEFAULT = "espeak-ng"


class Speech:
    """Says each text, one after the other."""

    takes = FINALS
    acts = True
    keep = 8
    expires = inf

    def __init__(self, spec: str) -> None:
        """Take `[ENGINE][?key=value[&key=value...]]`, with the keys of the engine.

        Raises `UsageError` for what names none, `SinkError` when it is not installed.
        """
        name = spec.partition("?")[0] or DEFAULT
        if name not in ENGINES:
            raise UsageError(f"speech has no engine '{name}', only {', '.join(ENGINES)}")
        engine = ENGINES[name]
        self.name = f"speech:{name}"
        self._commands = engine.commands(parse(spec, engine.keys, self.name)[1])
        for program, *_ in self._commands:
            find(program, engine.advice[program])

    def deliver(self, event: Event, deadline: float) -> None:
        """See `Output.deliver`."""
        # ALSA comments on every card that it does not find.
        run(self._commands, event.text + "\n", TIMEOUT, printed_to=DEVNULL)

    def close(self) -> None:
        """Do nothing: what is being said may be said to its end."""
