"""`python -m benchmarks` lists what can be measured; `python -m benchmarks NAME ...` does it."""

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edge_lip.errors import EdgeLipError

PROGRAM = "python -m benchmarks"


@dataclass(frozen=True)
class Benchmark:
    """A row of the table."""

    target: str
    """`module:function`, imported when it is called."""
    summary: str

    def load(self) -> Callable[[Sequence[str]], int | None]:
        """The function, which takes what stands behind the name and may give an exit code."""
        module, _, name = self.target.partition(":")
        function: Callable[[Sequence[str]], int | None] = getattr(
            importlib.import_module(f"benchmarks.{module}"), name
        )
        return function


BENCHMARKS = {
    "accuracy": Benchmark("accuracy:main", "Word errors of edge-lip run on labelled clips."),
    "against": Benchmark("against:main", "Reading by this build and another, in turns."),
    "live": Benchmark("live:main", "Sentences with rests between them, in real time."),
    "long": Benchmark("long:main", "Utterances longer than any that was learned from."),
    "silence": Benchmark("silence:main", "Faces that say nothing: texts that come all the same."),
    "robustness": Benchmark(
        "robustness:main", "Word errors as light, pose and pictures get worse."
    ),
    "cutting": Benchmark("cutting:main", "Clips a second into the cache, by processes and Dask."),
    "replicas": Benchmark("replicas:main", "A step of a training that replicas share."),
    "adapting": Benchmark("adapting:main", "What a few clips of one more person buy."),
    "phrases": Benchmark("phrases.command:main", "Taught words of people never seen."),
    "tracking": Benchmark("tracking:main", "Optical flow against landmarks on every frame."),
    "taps": Benchmark("taps:main", "Taps until a sentence that was read wrong is said right."),
    "speak_page": Benchmark("speak_page:main", "The page to speak by on a slow phone."),
    "talker": Benchmark("talker:main", "Whether rendered talkers are taken for people."),
    "growth": Benchmark("growth:main", "Time and memory by length of utterance, words, labels."),
    "startup": Benchmark("startup:main", "Time to the first frame and the first text, memory."),
    "gate": Benchmark("gate:main", "Is this build slower than the committed ratios say?"),
    "peers": Benchmark("peers:main", "Other networks and face trackers, side by side with ours."),
    "watching": Benchmark("watching:main", "What a screen and a page cost that somebody looks at."),
    "slow_board": Benchmark("slow_board:main", "A part of a core in front of a camera."),
    "faults": Benchmark("faults:main", "Cameras and brokers that go away and come back."),
    "damage": Benchmark("damage:main", "Damaged model files: each is refused in one line."),
    "round_trip": Benchmark("round_trip:main", "Random networks, converted in every mode."),
    "lipnet": Benchmark("lipnet:main", "LipNet of random weights, converted and timed."),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """List, or run one; gives the exit code. What a user can mend is one line on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help"):
        print(f"{PROGRAM} NAME ...; what each takes: {PROGRAM} NAME --help\n")
        width = max(map(len, BENCHMARKS))
        print(*(f"{name:{width}}  {one.summary}" for name, one in BENCHMARKS.items()), sep="\n")
        return 0
    name, *rest = words
    if name not in BENCHMARKS:
        print(f"no benchmark is called {name!r}; {PROGRAM} lists them", file=sys.stderr)
        return 2
    try:
        return BENCHMARKS[name].load()(rest) or 0
    except EdgeLipError as error:
        print(f"{PROGRAM} {name}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
