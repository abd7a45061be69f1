"""An evaluation as a page: what is on it, and that nothing on it does harm."""

import base64
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.tiny_model import LABEL_MANIFEST, MANIFEST

from edge_lip.errors import EdgeLipError
from edge_lip.mouth.mouth import Crop
from edge_lip.mouth.pose import Pose
from edge_lip.reading.observation import Observation
from edge_lip.sources.frame import Frame
from training.evaluation.page import Evaluation, FilmCamera, write_page
from training.evaluation.page.film import COLUMNS, MOST_FRAMES
from training.reports.metrics import Reading
from training.tasks import TASKS

POSE = Pose(20, 20, 30, 0, (20, 10), 1)
READINGS = [
    Reading("s1/right", "s1", "bin blue now", "bin blue now", 0.9),
    Reading("s1/unsure", "s1", "bin blue now", "bin blue now", 0.5),
    Reading("s1/one", "s1", "bin blue now", "bin red now", 0.3),
    Reading("s1/sure", "s1", "bin blue now", "bin green now", 0.8),
    Reading("s1/nothing", "s1", "bin blue now", "", 0.0),
]


def watch(camera: FilmCamera, crops: list[np.ndarray | None], fps: float = 25) -> None:
    frame = np.zeros((4, 4, 3), np.uint8)
    for number, image in enumerate(crops):
        time = number / fps
        crop = None if image is None else Crop(image, time, POSE)
        camera(Observation("clip", False, Frame(frame, time), crop, True))


def greys(count: int, width: int = 24, height: int = 16) -> list[np.ndarray | None]:
    return [np.full((height, width), 3 * k % 256, np.uint8) for k in range(count)]


def test_a_film_has_every_crop_in_its_place() -> None:
    camera = FilmCamera()
    crops = greys(25)
    crops[7] = None
    watch(camera, crops)
    film = camera.take()
    assert film is not None
    assert (film.frames, film.width, film.height, film.seconds) == (24, 24, 16, 24 / 25)
    with Image.open(io.BytesIO(film.webp)) as sheet:
        assert sheet.size == (24 * COLUMNS, 16 * 3)
        shown = [sheet.convert("L").getpixel((24 * k + 12, 8)) for k in range(COLUMNS)]
    assert shown == pytest.approx([3 * k for k in (0, 1, 2, 3, 4, 5, 6, 8, 9, 10)], abs=3)
    assert camera.take() is None


def test_a_long_film_keeps_its_time_and_large_crops_are_made_smaller() -> None:
    camera = FilmCamera()
    watch(camera, greys(700, 144, 96))
    film = camera.take()
    assert film is not None
    assert film.frames <= MOST_FRAMES and film.seconds == pytest.approx(699 / 25)
    assert (film.width, film.height) == (96, 64)


def test_colour_and_depth_are_shown_as_a_person_sees_them() -> None:
    camera = FilmCamera()
    red = np.zeros((3, 16, 24), np.uint8)
    red[0] = 200
    watch(camera, [red])
    film = camera.take()
    assert film is not None
    with Image.open(io.BytesIO(film.webp)) as sheet:
        pixel = sheet.convert("RGB").getpixel((12, 8))
    assert isinstance(pixel, tuple) and pixel[0] > 150 and max(pixel[1:]) < 60
    watch(camera, [np.stack([np.full((16, 24), value, np.uint8) for value in (90, 128)])])
    assert camera.take() is not None


def sentences(readings: list[Reading] = READINGS) -> Evaluation:
    camera = FilmCamera()
    watch(camera, greys(30))
    film = camera.take()
    return Evaluation(
        model="tiny.tflite",
        heading="test, quantized, grammar",
        closed=False,
        readings=readings,
        films=[film] * (len(readings) - 1) + [None],
        report=TASKS["sentence"].report(readings, MANIFEST),
        curves=Path("nowhere"),
    )


def written(evaluation: Evaluation, folder: Path) -> str:
    write_page(evaluation, folder / "page.html")
    return (folder / "page.html").read_text("utf-8")


class Addresses(HTMLParser):
    """Whatever a browser would load, and every element there is."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.elements: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            if name in ("src", "href"):
                self.loaded.append(value or "")
            self.loaded += re.findall(r"url\(([^)]*)\)", value or "") if name == "style" else []


def test_the_worst_comes_first_and_what_differs_is_marked(tmp_path: Path) -> None:
    page = written(sentences(), tmp_path)
    order = re.findall(r'data-name="s1/(\w+)"', page)
    assert order == ["nothing", "sure", "one", "unsure", "right"]
    assert '<td>bin</td><td class="differs">blue</td><td>now</td>' in page
    assert '<td>bin</td><td class="differs">green</td><td>now</td>' in page
    assert page.count('<td class="differs">–</td>') == 3  # of the clip that was read as nothing
    assert "3 wrong</span>" in page and "no mouth seen" in page
    assert "WER 33.33%" in page and "pictures of people" in page


def test_nothing_is_loaded_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "curves.png").write_bytes(b"a picture")
    page = written(replace(sentences(), curves=tmp_path / "curves.png"), tmp_path)
    found = Addresses(page)
    assert len([one for one in found.loaded if one.startswith("data:image/webp")]) == 4
    assert len([one for one in found.loaded if one.startswith("data:image/png")]) == 4
    assert all(one.startswith("data:image/") for one in found.loaded)
    assert "link" not in found.elements and found.elements.count("script") == 1
    assert base64.b64encode(b"a picture").decode() in page and "training curves" in page


def test_only_the_script_of_the_page_may_run(tmp_path: Path) -> None:
    page = written(sentences(), tmp_path)
    (script,) = re.findall(r"<script>(.*)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    assert f"default-src 'none'; {policy}" in page


def test_texts_are_texts(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script> "quoted" & said'
    readings = [Reading(f"s1/{evil}", "s1", evil, "<b>bold</b>", 0.5), READINGS[0]]
    page = written(replace(sentences(readings), model=f"{evil}.tflite"), tmp_path)
    found = Addresses(page)
    assert found.elements.count("script") == 1 and "b" not in found.elements
    assert "&lt;script&gt;" in page and evil not in page


def test_a_label_is_one_text_with_its_choices(tmp_path: Path) -> None:
    choices = (("Begin", 0.6), ("Excuse me", 0.3), ("I am sorry", 0.1))
    readings = [
        Reading("F01/1", "F01", "Excuse me", "Begin", 0.6, choices),
        Reading("F01/2", "F01", "Begin", "", 0.0),
    ]
    report = TASKS["label"].report(readings, LABEL_MANIFEST)
    page = written(replace(sentences(readings), closed=True, report=report), tmp_path)
    assert '<td class="differs">Excuse me</td>' in page and '<td class="differs">Begin</td>' in page
    assert "Begin 0.60 · Excuse me 0.30 · I am sorry 0.10" in page
    assert all(f'alt="{name}"' in page for name in ("confusion", "reliability", "coverage"))


def test_rendered_people_are_said_to_be(tmp_path: Path) -> None:
    page = written(replace(sentences(), rendered=True), tmp_path)
    assert "Everybody here is rendered" in page and "pictures of people" not in page


def test_a_page_that_can_not_be_written_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EdgeLipError, match="can't write"):
        write_page(sentences(), tmp_path / "nowhere" / "page.html")
