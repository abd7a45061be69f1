"""The motion of the lips begins and ends an utterance."""

from ...mouth.mouth import Crop
from ..speech_activity import LONGEST_LEAD_SECONDS, Activity


class Auto:
    """See `Trigger`."""

    lead = LONGEST_LEAD_SECONDS
    asked = False

    def __init__(self) -> None:
        self.reset()

    def speaks(self, crop: Crop) -> bool:
        """Whether the lips move, or did a moment ago."""
        return self._activity.speaks(crop)

    def reset(self) -> None:
        """Lips are still until they move."""
        self._activity = Activity()

    def close(self) -> None:
        """It listens to nothing."""
