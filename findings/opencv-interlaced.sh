#!/usr/bin/env bash
# opencv-python-headless 4.14.0.94 (FFmpeg 8, in the wheel), 4.12.0.88 beside it; Linux.
#
# Expected: VideoCapture.read() gives (True, picture), or (False, None) where a picture can't be had.
# Seen: of every frame that is marked interlaced, 4.14 gives (True, array) with an array that nobody
# has written to, while libswscale prints "Cannot convert interlaced to progressive frames". In a
# film that is interlaced throughout all arrays are alike. In one that changes from progressive to
# interlaced (a broadcast with an advertisement in it) it is the last progressive picture, again and
# again: nothing that looks at the arrays alone can tell that from a camera that stands still.
# 4.12 gives all pictures of both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
pip() { "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
pip imageio-ffmpeg==0.6.0 'numpy<2.3'
pip --no-deps --target "$folder/new" opencv-python-headless==4.14.0.94
pip --no-deps --target "$folder/old" opencv-python-headless==4.12.0.88

cat > "$folder/make.py" <<'PYTHON'
import subprocess
import sys
import imageio_ffmpeg

folder = sys.argv[1]
ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y"]
source = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=1"]
coded = ["-c:v", "mpeg2video", "-q:v", "3"]
halves = ["-flags", "+ilme+ildct"]
subprocess.run([*ffmpeg, *source, *coded, f"{folder}/whole.mpg"], check=True)
subprocess.run([*ffmpeg, *source, *coded, *halves, f"{folder}/halves.mpg"], check=True)
with open(f"{folder}/mixed.mpg", "wb") as mixed:  # program streams may follow one another
    for name in ("whole", "halves"):
        mixed.write(open(f"{folder}/{name}.mpg", "rb").read())
PYTHON
cat > "$folder/read.py" <<'PYTHON'
import sys
import cv2

for path in sys.argv[1:]:
    capture, pictures = cv2.VideoCapture(path), []
    while (read := capture.read())[0]:
        pictures.append(read[1].tobytes())
    print(path.rpartition("/")[2], len(pictures), "read,", len(set(pictures)), "different")
PYTHON
"$folder/venv/bin/python" "$folder/make.py" "$folder"
export OPENCV_FFMPEG_LOGLEVEL=-8
for version in old new; do
    echo "$version:"
    PYTHONPATH="$folder/$version" "$folder/venv/bin/python" "$folder/read.py" \
        "$folder"/{whole,halves,mixed}.mpg | tee "$folder/$version.txt"
done
grep -q '^halves.mpg 25 read, 25 different' "$folder/old.txt"
grep -q '^whole.mpg 25 read, 25 different' "$folder/new.txt"
grep -q '^halves.mpg 25 read, 1 different' "$folder/new.txt"
grep -Eq '^mixed.mpg (4[0-9]|50) read, 2[0-9] different' "$folder/new.txt"
echo "as described: 4.14 reads interlaced pictures that it never writes"
