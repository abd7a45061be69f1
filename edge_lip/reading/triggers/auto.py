"""The motion of the lips begins and ends an utterance."""

from ...mouth.mouth import Crop
from ..speech_activity import LONGEST_LEAD_SECONDS, Activity
from .trigger import check_plain


class Auto:
    """See `Trigger`."""

    lead = LONGEST_LEAD_SECONDS
    asked = False

    def __init__(self, spec: str = "") -> None:
        """Lips are still until they move; raises `UsageError` for any `spec`."""
        check_plain(spec)
        self.reset()

    def speaks(self, crop: Crop) -> bool:
        """Whether the lips move, or did a moment ago."""
        return self._activity.speaks(crop)

    def reset(self) -> None:
        """Lips are still until they move."""
        self._activity = Activity()

    def close(self) -> None:
        """It listens to nothing."""
