"""When a text has to be confirmed, and for how long it waits."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

from ..errors import UsageError
from ..system.specs import SpecKey, number, parse

When = Literal["ask", "unsure", "never"]
BELOW = 0.9
"""Confidence from which on a text is not unsure."""
WITHIN = 60.0
"""Seconds for an answer."""


@dataclass(frozen=True)
class Policy:
    """What `--confirm` says."""

    when: When = "never"
    """`ask`: every text; `unsure`: those less confident than `below`; `never`: none."""
    below: float = BELOW
    within: float = WITHIN
    """Seconds after which no answer is a no; they begin anew while somebody looks into it."""
    silence: float | None = None
    """Seconds after which a text stands for a yes that nobody has said anything about, and no lips
    have moved since; None: silence is no answer."""

    def asks(self, confidence: float) -> bool:
        """Whether a text of this confidence has to be confirmed."""
        return self.when == "ask" or (self.when == "unsure" and confidence < self.below)


NEVER = Policy()
KEYS: dict[str, SpecKey] = {
    "below": number(0, 1),
    "within": number(1, 3600),
    "silence": number(1, 3600),
}


def parse_policy(spec: str) -> Policy:
    """`ask`, `unsure` or `never`, with settings: `unsure?below=0.8&within=30`. Raises
    `UsageError`."""
    when, settings = parse(spec, KEYS, "--confirm")
    if when not in get_args(When):
        raise UsageError(f"--confirm is one of {', '.join(get_args(When))}, not '{when}'")
    if "below" in settings and when != "unsure":
        raise UsageError(f"--confirm {when} has no 'below': it goes with unsure")
    if when == "never" and settings:
        raise UsageError("--confirm never waits for nothing: leave its settings out")
    policy = Policy(cast(When, when), **settings)
    if policy.silence is not None and policy.silence >= policy.within:
        raise UsageError(
            f"--confirm: a silence of {policy.silence:g} s never comes within {policy.within:g} s"
        )
    return policy
