"""From which speed of the lips on somebody speaks, by what the tracker sees of them."""

import numpy as np
import pytest

from edge_lip.mouth.mouth import Crop
from edge_lip.mouth.pose import Pose
from edge_lip.reading.speech_activity import Activity

SCALE = 80.0


def speaks(speed: float, fine: bool) -> bool:
    """Whether a second of lips that open and close at `speed` (eye distances a second, on average
    over the points' coordinates) is speech at its end."""
    activity, said = Activity(), False
    for number in range(26):
        time = number / 25
        apart = 2 * speed * abs((time + 0.2) % 0.4 - 0.2)  # y alone moves: half of all coordinates
        lips = np.zeros((40, 2), np.float32)
        lips[:, 1] = np.where(np.arange(40) % 2, apart, -apart) * SCALE
        pose = Pose(0, 0, SCALE, 0.0, (0, -40), 1.0, lips, fine=fine)
        said = activity.speaks(Crop(np.zeros((64, 96), np.uint8), time, pose))
    return said


@pytest.mark.parametrize(
    ("speed", "fine", "said"),
    [(0.06, False, False), (0.1, False, True), (0.1, True, False), (0.15, True, True)],
)
def test_lips_that_move_as_far_as_they_do_have_to_be_faster(
    speed: float, fine: bool, said: bool
) -> None:
    assert speaks(speed, fine) is said
