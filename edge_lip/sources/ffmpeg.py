"""What FFmpeg reads: files, addresses, standard input. Pictures are upright and of square pixels.

FFmpeg comes twice: in PyAV, and in OpenCV for machines that have no PyAV. OpenCV tells less of a
film, and nothing of what goes wrong: since 4.13 it says that it has read an interlaced picture and
gives one that was never written.
"""

import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np

from ..errors import SourceError
from ..system.opencv import cv2
from .checked import COVERED
from .frame import Picture
from .orientation import UPRIGHT, Orientation
from .timestamps import captured

PLAYLISTS = ("hls", "dash", "rtsp", "sdp", "mpjpeg")
"""Formats whose size is that of their list of parts, or of nothing."""
HASTE = (5.0, 1.0)
"""What comes as many times as fast as it plays is no camera: so many seconds of it, or all there
are, in so many."""
SQUARE = 0.01
"""A pixel whose sides differ by no more than this is a square."""
LONGEST = 4.0
"""One that is so many times as long as it is high is a mistake of its file."""


class Film(Protocol):
    """Video that FFmpeg has opened; its pictures once."""

    fps: float
    """Pictures a second as it says itself; 0 where it does not."""
    ends: bool
    """Whether it says how long it is, in seconds or in bytes."""
    trouble: str
    """What is wrong with pictures that could not be decoded, or not wholly; empty where nothing."""

    def __iter__(self) -> Iterator[Picture]:
        """Give the pictures that can be decoded."""

    def at_once(self) -> bool:
        """Whether it comes much faster than it plays, as a recording does whose server does not say
        how long it is. What has come meanwhile is lost: open it again."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True)
class Waiting:
    """For the other side of a network."""

    opening: float
    """Seconds without an answer."""
    reading: float
    """Seconds without a picture."""


def open_film(address: str, waiting: Waiting | None = None) -> Film:
    """Open a path (absolute, or `file:` before it), an address or `pipe:0`; `waiting` for what
    comes over a network, whose pictures are given as soon as they are there.

    Raises `SourceError`, which says only why, where there is no video.
    """
    return PyavFilm(address, waiting) if has_pyav() else OpencvFilm(address, waiting)


def untimed(film: Film) -> Iterator[Picture]:
    """The pictures of a live film: what its time says is no clock of this machine."""
    return (picture._replace(time=0.0) for picture in film)


@cache
def has_pyav() -> bool:
    """Whether the better of the two is installed, and fits this system."""
    try:
        import av  # noqa: F401
    except ImportError:
        return False
    return True


def unshown(film: Film) -> str:
    """Why a film may show nothing but one picture."""
    if isinstance(film, OpencvFilm) and _version() >= (4, 13):
        return (
            f"if it is interlaced, OpenCV {cv2.__version__} can't show it: pip install av, or "
            "pip install 'opencv-python-headless<4.13'"
        )
    return COVERED


class PyavFilm:
    """A film through PyAV."""

    def __init__(self, address: str, waiting: Waiting | None = None) -> None:
        """See `open_film`."""
        import av
        from av.stream import Disposition

        self._av = av
        self.trouble = ""
        options = {"rtsp_transport": "tcp"} if address.lower().startswith("rtsp") else {}
        timeout = (waiting.opening, waiting.reading) if waiting else None
        try:
            self._container = av.open(address, options=options, timeout=timeout)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise SourceError(_said(error)) from error
        streams = self._container.streams
        # Music has its cover as a film of one picture.
        films = [one for one in streams.video if not one.disposition & Disposition.attached_pic]
        if not films:
            why = "it has sound and no video" if streams.audio else "it has no video"
            self._container.close()
            raise SourceError(why)
        best = streams.best("video")
        self._stream: Any = best if best in films else films[0]
        if self._stream.codec_context is None:
            self._container.close()
            raise SourceError("this FFmpeg has no decoder for it")
        if waiting:
            self._stream.codec_context.thread_count = 1  # each more holds back a picture
        else:
            self._stream.thread_type = "AUTO"
        self.fps = float(self._stream.guessed_rate or self._stream.average_rate or 0)
        sized = self._container.format.name not in PLAYLISTS and self._container.size > 0
        self.ends = bool(self._container.duration) or sized
        self._turns: dict[bytes, Orientation] = {}
        self._pictures = self._read()

    def __iter__(self) -> Iterator[Picture]:
        """See `Film`."""
        return self._pictures

    def close(self) -> None:
        """See `Film`."""
        self._pictures.close()  # it must not look at streams whose container is gone
        self._container.close()

    def at_once(self) -> bool:
        """See `Film`."""
        if self._container.format.name in PLAYLISTS:
            return False
        until = time.monotonic() + HASTE[1]
        first: float | None = None
        # Where nobody has said how long it is, some ends are errors to FFmpeg.
        with suppress(self._av.FFmpegError, OSError):
            for packet in self._container.demux(self._stream):
                if time.monotonic() > until:
                    break
                if packet.pts is not None:
                    now = float(packet.pts * packet.time_base)
                    first = now if first is None else first
                    if now - first > HASTE[0]:
                        break
        return first is not None and time.monotonic() <= until

    def _read(self) -> Generator[Picture, None, None]:
        stream = self._stream
        start = (stream.start_time or 0) * stream.time_base
        aspect = float(stream.sample_aspect_ratio or 0)
        convert = self._av.video.reformatter.VideoReformatter().reformat
        for frame in self._progressive():
            pixels = convert(frame, format="bgr24", interpolation="BICUBIC").to_ndarray()
            image = self._orientation(frame).apply(_square(pixels, aspect))
            claimed = 0.0 if frame.pts is None else float(frame.pts * frame.time_base - start)
            yield Picture(image, claimed)

    def _progressive(self) -> Iterator[Any]:
        """The frames; from the first interlaced one on, those are made whole ones."""
        whole: _Deinterlacer | None = None
        for frame in self._frames():
            if whole is None and not frame.interlaced_frame:
                yield frame
                continue
            shape = (frame.width, frame.height, frame.format.name)
            if whole is None or whole.shape != shape:
                if whole:
                    yield from whole.rest()
                whole = _Deinterlacer(self._av, frame, shape)
            yield from whole.take(frame)
        if whole:
            yield from whole.rest()

    def _frames(self) -> Iterator[Any]:
        """As they are stored. A packet that can't be decoded is left out."""
        packets = self._container.demux(self._stream)
        torn = 0
        while True:
            try:
                packet = next(packets, None)
            except (self._av.FFmpegError, OSError) as error:  # it breaks off
                self.trouble = _said(error)
                return
            if packet is None:
                return
            try:
                for frame in packet.decode():
                    if frame.is_corrupt:
                        torn += 1
                        self.trouble = f"torn pictures: {torn}"
                    yield frame
            except self._av.FFmpegError as error:
                self.trouble = _said(error)

    def _orientation(self, frame: Any) -> Orientation:
        matrix = frame.side_data.get("DISPLAYMATRIX")
        if matrix is None:
            return UPRIGHT
        key = bytes(matrix)
        if key not in self._turns:
            a, b, _, c, d = np.frombuffer(key, np.int32)[:5].tolist()
            self._turns[key] = Orientation.of_matrix((a, b), (c, d))
        return self._turns[key]


class _Deinterlacer:
    """FFmpeg's filter that makes whole pictures of halves, and leaves whole ones as they are."""

    def __init__(self, av: Any, frame: Any, shape: tuple[int, int, str]) -> None:
        from av.filter import Graph

        self.shape = shape
        """Width, height and layout of the frames that it takes."""
        self._nothing = (av.BlockingIOError, av.EOFError)
        self._graph = Graph()
        width, height, layout = shape
        self._graph.link_nodes(
            self._graph.add_buffer(
                width=width, height=height, format=frame.format, time_base=frame.time_base
            ),
            self._graph.add("bwdif", "mode=send_frame:deint=interlaced"),
            self._graph.add("buffersink"),
        ).configure()

    def take(self, frame: Any) -> Iterator[Any]:
        """One frame in; those that are ready."""
        self._graph.push(frame)
        return self._ready()

    def rest(self) -> Iterator[Any]:
        """Those that waited for another."""
        self._graph.push(None)
        return self._ready()

    def _ready(self) -> Iterator[Any]:
        while True:
            try:
                yield self._graph.pull()
            except self._nothing:
                return


class OpencvFilm:
    """A film through OpenCV."""

    trouble = ""
    """It never says."""

    def __init__(self, address: str, waiting: Waiting | None = None) -> None:
        """See `open_film`."""
        if waiting:
            parameters = {
                cv2.CAP_PROP_OPEN_TIMEOUT_MSEC: round(1000 * waiting.opening),
                cv2.CAP_PROP_READ_TIMEOUT_MSEC: round(1000 * waiting.reading),
                cv2.CAP_PROP_N_THREADS: 1,  # each more holds back a picture
            }
            flat = [value for pair in parameters.items() for value in pair]
            self._capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, flat)
        else:
            self._capture = cv2.VideoCapture(address)
        if not self._capture.isOpened():
            raise SourceError("")
        self.fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.ends = self._capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0

    def __iter__(self) -> Iterator[Picture]:
        """See `Film`."""
        for image, when in captured(self._capture):
            yield Picture(_square(image, self._aspect()), when)

    def at_once(self) -> bool:
        """See `Film`. Nobody can tell."""
        return False

    def close(self) -> None:
        """See `Film`."""
        self._capture.release()

    def _aspect(self) -> float:
        """Of a pixel, width over height, as it is once OpenCV has turned it; 0: not known."""
        wide = self._capture.get(cv2.CAP_PROP_SAR_NUM)
        high = self._capture.get(cv2.CAP_PROP_SAR_DEN)
        if self._capture.get(cv2.CAP_PROP_ORIENTATION_META) % 180:
            wide, high = high, wide
        return wide / high if high else 0.0


def _square(image: np.ndarray, aspect: float) -> np.ndarray:
    """`image`, whose pixels are `aspect` times as wide as high, with square ones."""
    if not 1 / LONGEST <= aspect <= LONGEST or abs(aspect - 1) <= SQUARE:
        return image
    height, width = image.shape[:2]
    how = cv2.INTER_AREA if aspect < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, (round(width * aspect), height), interpolation=how)


def _said(error: Exception) -> str:
    """FFmpeg's own words: the last line of its log, else what the error says; no address, which
    may have a password in it."""
    log = getattr(error, "log", None)
    text = log[2] if log and "://" not in log[2] else getattr(error, "strerror", None) or "broken"
    return str(text).strip().rstrip(".").lower()


def _version() -> tuple[int, ...]:
    return tuple(int(part) for part in cv2.__version__.split(".")[:2])
