"""MediaPipe's Face Mesh, with its own tracking: 468 points of a face."""

from .peer import FaceTracker

PEER = FaceTracker(
    paper="Kartynnik, Ablavatski, Grishchenko, Grundmann, 2019; mediapipe 0.10.21", kind="mesh"
)
