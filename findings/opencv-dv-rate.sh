#!/usr/bin/env bash
# opencv-python-headless 4.14.0.94 (FFmpeg 8) beside 4.12.0.88 (FFmpeg 5); Linux.
#
# Expected: CAP_PROP_FPS of a DV tape (.dv) is 25 or 29.97, and CAP_PROP_FRAME_COUNT so many pictures.
# Seen: 4.14 says 60000 of both, and counts 2400 times the pictures of a PAL tape; POS_MSEC of the
# pictures that it reads is right. 4.12 says 25 and the true count.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
pip imageio-ffmpeg==0.6.0 'numpy<2.3'
pip --no-deps --target "$folder/new" opencv-python-headless==4.14.0.94
pip --no-deps --target "$folder/old" opencv-python-headless==4.12.0.88
ffmpeg=$("$folder/venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -v error -f lavfi -i testsrc2=size=720x576:rate=25:duration=1 \
    -c:v dvvideo -pix_fmt yuv420p "$folder/tape.dv"
cat > "$folder/ask.py" <<'PYTHON'
import sys
import cv2

capture = cv2.VideoCapture(sys.argv[1])
rate, count = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
read = 0
while capture.grab():
    read += 1
print(f"{rate:.0f} a second, {count:.0f} pictures; {read} read")
PYTHON
export OPENCV_FFMPEG_LOGLEVEL=-8
for version in old new; do
    PYTHONPATH="$folder/$version" "$folder/venv/bin/python" "$folder/ask.py" "$folder/tape.dv" |
        tee "$folder/$version.txt"
done
grep -qx '25 a second, 25 pictures; 25 read' "$folder/old.txt"
grep -qx '60000 a second, 60000 pictures; 25 read' "$folder/new.txt"
echo "as described: 4.14 does not know the rate of a tape"
