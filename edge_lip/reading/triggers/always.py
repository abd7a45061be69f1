"""Whatever the lips do is an utterance, as long as there is a face."""

from ...mouth.mouth import Crop
from .trigger import check_plain


class Always:
    """See `Trigger`."""

    lead = 0.0
    asked = True

    def __init__(self, spec: str = "") -> None:
        """Listen to nothing; raises `UsageError` for any `spec`."""
        check_plain(spec)

    def speaks(self, crop: Crop) -> bool:
        """It does."""
        return True

    def reset(self) -> None:
        """There is nothing to forget."""

    def close(self) -> None:
        """It listens to nothing."""
