#!/usr/bin/env bash
# opencv-python-headless 4.14.0.94 (the same in 4.12.0.88); Linux.
#
# Expected: CAP_PROP_ORIENTATION_AUTO, which is on, shows a film as its display matrix says, or shows
# it as it is stored where it does not know such a matrix.
# Seen: the matrix is made into an angle first, and a mirror has none. A film that is to be mirrored
# left for right, as front cameras of phones write it, is taken for one on its head and comes out
# turned by 180 degrees; CAP_PROP_ORIENTATION_META says 180 of both. One that is to be mirrored top
# for bottom comes out as it is stored, on its head. So the angle can't be believed, and the matrix
# itself can't be had from OpenCV. PyAV 18.1.0 gives it (side_data), and the same angle beside it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.6.0 opencv-python-headless==4.14.0.94 av==18.1.0

cat > "$folder/show.py" <<'PYTHON'
import subprocess
import sys
import av
import cv2
import imageio_ffmpeg
import numpy as np

folder = sys.argv[1]
ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]
stored = np.full((64, 64, 3), 128, np.uint8)
corners = {"top left": 250, "top right": 180, "bottom left": 70, "bottom right": 5}
stored[:32, :32], stored[:32, 32:], stored[32:, :32], stored[32:, 32:] = corners.values()
film = f"{folder}/stored.mp4"
raw = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", "64x64", "-i", "-"]
coded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", film]
subprocess.run([*ffmpeg, *raw, *coded], input=stored.tobytes() * 5, check=True)
first = {}
for name in ("display_hflip", "display_vflip"):
    path = f"{folder}/{name}.mp4"
    subprocess.run([*ffmpeg, f"-{name}", "-i", film, "-c", "copy", path], check=True)
    capture = cv2.VideoCapture(path)
    image = capture.read()[1]
    first[name] = min(corners, key=lambda corner: abs(int(image[8, 8, 0]) - corners[corner]))
    with av.open(path) as container:
        frame = next(container.decode(video=0))
        matrix = np.frombuffer(bytes(frame.side_data.get("DISPLAYMATRIX")), np.int32)[[0, 1, 3, 4]]
    print(
        f"{name}: OpenCV shows the {first[name]} of the stored picture at its top left, and says",
        f"{capture.get(cv2.CAP_PROP_ORIENTATION_META):.0f} degrees; matrix {matrix // 65536}",
    )
assert first == {"display_hflip": "bottom right", "display_vflip": "top left"}, first
print("as described: OpenCV turns what is to be mirrored")
PYTHON
"$folder/venv/bin/python" "$folder/show.py" "$folder"
