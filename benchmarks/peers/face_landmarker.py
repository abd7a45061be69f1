"""MediaPipe's Face Landmarker, what came after Face Mesh, in video mode: 478 points of a face."""

from .peer import FaceTracker

PEER = FaceTracker(paper="Google, 2023, MediaPipe Tasks", kind="landmarker")
