"""Whatever the lips do is an utterance, as long as there is a face."""

from ...mouth.mouth import Crop


class Always:
    """See `Trigger`."""

    lead = 0.0
    asked = True

    def speaks(self, crop: Crop) -> bool:
        """It does."""
        return True

    def reset(self) -> None:
        """There is nothing to forget."""

    def close(self) -> None:
        """It listens to nothing."""
