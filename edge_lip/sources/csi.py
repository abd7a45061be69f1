"""A camera on a Raspberry Pi's ribbon cable, through libcamera and Picamera2.

Its calls follow the source and the manual of picamera2 0.3.38; no such camera has run them yet.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from ..errors import SourceError, UsageError
from ..system.specs import number, parse, size
from .camera import FPS, SIZE
from .frame import Closing, Frame
from .timestamps import Arrival

FIRST = 5.0
"""Seconds that the camera has for its first frame: it finds light and colours before."""
TIMEOUT = 2.0
"""Seconds without another after which it is gone: a ribbon cable does come loose."""
FORMAT = "RGB888"
"""libcamera names formats from the last byte: this is OpenCV's BGR."""
KEYS = {"size": size(64, 8192), "fps": number(1, 1000)}
ADVICE = (
    "sudo apt install python3-picamera2, and make the virtual environment with "
    "--system-site-packages (docs/sources.md)"
)


class CsiCamera(Closing):
    """The frames of a CSI camera, timed by its sensor."""

    live = True

    def __init__(self, spec: str, clock: Callable[[], float] = time.monotonic):
        """Open `[N]` with `?size=WxH&fps=F` if that is to be other than 640x480 and 30.

        Raises `SourceError` when there is no such camera or no picamera2, `UsageError` for what
        names none.
        """
        index, settings = parse(spec, KEYS, "a CSI camera")
        if index and not index.isdecimal():
            raise UsageError(f"camera:csi{spec} is no camera: give camera:csi, camera:csi1, ...")
        self.name = f"camera:csi{index}"
        self._clock = clock
        self._camera: Any = None
        picamera2 = import_picamera2()
        width, height = settings.get("size", SIZE)
        duration = round(1e6 / settings.get("fps", FPS))
        try:
            self._camera = picamera2.Picamera2(int(index or 0))
            sensor_width, sensor_height = self._camera.sensor_resolution
            configuration = self._camera.create_video_configuration(
                # The main stream, because the image processor scales and converts that one to BGR.
                # The low-resolution stream beside it has to be YUV up to the Pi 4, and would leave
                # the conversion to the CPU.
                main={"format": FORMAT, "size": (width, height)},
                # Half the sensor's resolution is, on the common sensors, the fast mode that sees
                # all of what the lens does; a small mode may be cut out of the middle.
                raw={"size": (sensor_width // 4 * 2, sensor_height // 4 * 2)},
                controls={"FrameDurationLimits": (duration, duration)},
            )
            self._camera.configure(configuration)
            # What it can't give it replaces without a word.
            given = self._camera.camera_configuration()["main"]["format"]
            if given == FORMAT:
                self._camera.start()
        except Exception as error:  # libcamera's and Picamera2's are of many types
            self.close()
            raise SourceError(
                f"{self.name} can't be opened: {error} (rpicam-hello --list-cameras lists those "
                "that libcamera finds; one program at a time can use a camera)"
            ) from error
        if given != FORMAT:
            self.close()
            raise SourceError(
                f"{self.name} gives pictures as {given}, and not as {FORMAT}: no image processor "
                "of a Raspberry Pi is behind it (a USB camera is read with --camera 0)"
            )

    def __iter__(self) -> Iterator[Frame]:
        """Give frames; raises `SourceError` when the camera has no more."""
        arrival = Arrival(self._clock)
        patience = FIRST
        while True:
            try:
                request = self._camera.capture_request(wait=patience)
                try:
                    image = request.make_array("main")
                    taken = request.get_metadata().get("SensorTimestamp", 0) / 1e9
                finally:
                    request.release()
            except Exception as error:  # a time-out among them
                self._camera.cancel_all_and_flush()
                late = f"none came within {patience:g} s"
                reason = late if isinstance(error, TimeoutError) else f"{error}"
                raise SourceError(
                    f"{self.name} gives no more pictures: is its cable loose? "
                    f"({reason or type(error).__name__})"
                ) from error
            patience = TIMEOUT
            yield Frame(image, arrival.tick(taken))

    def close(self) -> None:
        """Hand the camera back."""
        if self._camera:
            self._camera.close()


def import_picamera2() -> Any:
    """The package; raises `SourceError` when it is not here or can't be imported."""
    try:
        import picamera2
    except ImportError as error:
        raise SourceError(f"a CSI camera needs picamera2 ({error}): {ADVICE}") from error
    except ValueError as error:  # Debian's was built for another NumPy than this environment's
        raise SourceError(
            f"picamera2 does not fit this NumPy ({error}): in Raspberry Pi OS bookworm, "
            "pip install 'numpy<2' 'opencv-python-headless<4.12'"
        ) from error
    return picamera2
