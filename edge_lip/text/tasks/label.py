"""Labels: one word or phrase of a fixed list for a whole utterance."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ...errors import ModelError
from ..classes import Classes, some
from ..decoding import Decoding
from ..logits import Logits, log_softmax
from .task import Slots


class LabelTask:
    """See `edge_lip.text.tasks.Task`."""

    name: Final = "label"
    does: Final = "tells labels"
    closed: Final = True
    decoders: Final = ("label",)
    fits: Final = ("resample", "pad", "slide")
    classes: Final = "labels"
    output: Final = "labels"

    def check(self, classes: Classes, decoding: Decoding) -> None:
        """Two different labels at least; neither tokens nor words."""
        labels = classes.labels
        if len(labels) < 2 or len(set(labels)) < len(labels) or "" in labels:
            raise ModelError("the manifest's labels must be two or more, none empty and none twice")
        if classes.tokens or classes.words:
            raise ModelError("the manifest's tokens and words must be empty for the task 'label'")

    def outputs(self, classes: Classes) -> dict[str, tuple[int | None, ...]]:
        """`labels` (labels,): one set for the utterance."""
        return {"labels": (len(classes.labels),)}

    def join(
        self, parts: Sequence[Logits], starts: Sequence[int], frames: int, decoding: Decoding
    ) -> Logits:
        """The mean over all windows."""
        mean = np.mean([one.labels for one in parts if one.labels is not None], axis=0)
        # The logarithms of a distribution are one up to what all share; each of its own is right.
        return Logits(None, None, mean if decoding.activation == "sigmoid" else log_softmax(mean))

    def slots(self, classes: Classes, decoding: Decoding) -> Slots:
        """One place, for a whole label."""
        return (classes.labels,)

    def reads(self, classes: Classes) -> str:
        """How many labels, and some of them."""
        return f"one of {len(classes.labels)} labels: {some(classes.labels)}"
