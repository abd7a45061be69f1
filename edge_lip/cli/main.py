"""The command line: a table of verbs, loaded when called, and what becomes of their errors."""

import os
import sys
import traceback
from collections.abc import Sequence

import click

from edge_lip import __version__
from edge_lip.errors import EdgeLipError
from edge_lip.registry import Entry
from edge_lip.system.streams import open_standard_streams, tell

TRAIN = "train"
VERBS = {
    "demo": Entry("edge_lip.cli.demo:demo", "Read a rendered talker: no camera, no data."),
    "run": Entry("edge_lip.cli.run:run", "Read lips from a video, a folder or a camera."),
    "record": Entry("edge_lip.cli.record:record", "Record takes of your own phrases, guided."),
    "teach": Entry("edge_lip.cli.teach:teach", "Teach it phrases of your own, on the device."),
    "cameras": Entry("edge_lip.cli.cameras:cameras", "List the cameras of this machine."),
    "setup": Entry("edge_lip.cli.setup:setup", "Fetch the face models, once per machine."),
    "doctor": Entry("edge_lip.cli.doctor:doctor", "Check whether this machine can read lips."),
    "config": Entry("edge_lip.cli.config:config", "Show the settings of edge-lip run."),
    "service": Entry("edge_lip.cli.service:service", "Read lips at every start (systemd)."),
    "info": Entry("edge_lip.cli.info:info", "Tell what is in a model file."),
    "benchmark": Entry("edge_lip.cli.benchmark:benchmark", "Time a model, room by room."),
    "data": Entry("training.commands.data:data", "Fetch labelled video to train with.", TRAIN),
    "train": Entry("training.commands.train:train", "Train a model from a recipe.", TRAIN),
    "evaluate": Entry(
        "training.commands.evaluate:evaluate", "Count a model's errors on labelled clips.", TRAIN
    ),
    "convert": Entry(
        "converter.commands.convert:convert", "Turn a trained model into a .tflite file.", TRAIN
    ),
}

EPILOG = """\b
Examples:
  edge-lip run --source clip.mp4
  edge-lip run --camera
  edge-lip info

\b
Exit codes:
  0    it worked
  1    something went wrong: one line on stderr says what, and what to do
  2    the call was wrong
  130  Ctrl-C

\b
Environment:
  EDGE_LIP_HOME    where fetched files and caches are kept
  EDGE_LIP_CONFIG  the settings file of edge-lip run, see edge-lip config
  EDGE_LIP_DEBUG   1 shows the traceback of an error
  DATASET_PATH     stands in for --data

Words completed by the shell, in ~/.bashrc: eval "$(_EDGE_LIP_COMPLETE=bash_source edge-lip)"
(zsh: zsh_source, in ~/.zshrc). Everything else: docs/index.md of the repository."""


class Table(click.Group):
    """A group that imports a verb's module only when that verb is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = VERBS[cmd_name].load()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, verb.summary) for name, verb in VERBS.items()])


@click.group(cls=Table, epilog=EPILOG, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="edge-lip")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Reads lips offline: video in, text out."""


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code.

    An error is one line on stderr: 2 when the call was wrong, 130 after Ctrl-C, otherwise 1 or what
    the error says. EDGE_LIP_DEBUG=1 shows the traceback too.
    """
    open_standard_streams()
    words = list(sys.argv[1:] if args is None else args) or ["--help"]
    try:
        code = cli.main(words, prog_name="edge-lip", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:  # whoever read our output has left: nothing to say, nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if os.environ.get("EDGE_LIP_DEBUG"):
            traceback.print_exc()
        message, code = _explain(error, words[0])
        tell(message)
        return code


def _explain(error: Exception, name: str) -> tuple[str, int]:
    """What to tell the user, and the exit code, when the verb `name` ended with `error`."""
    if isinstance(error, EdgeLipError):
        return str(error), error.exit_code
    if isinstance(error, click.ClickException):
        call = f"edge-lip {name}" if name in VERBS else "edge-lip"
        return f"{error.format_message()} (see {call} --help)", error.exit_code
    if isinstance(error, ModuleNotFoundError) and name in VERBS:
        package = (error.name or "").partition(".")[0]
        if package not in ("edge_lip", "training", "converter"):
            return f"{name} needs the package {package}: {VERBS[name].install}", 1
    return f"unexpected {type(error).__name__}: {error} (EDGE_LIP_DEBUG=1 shows where)", 1
