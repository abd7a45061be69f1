"""Write docs/pictures/demo.webp: the model of `edge-lip demo` reads a rendered talker.

    python -m scripts.make_pictures [TEXT] [--seed N]

Nobody real is in it: the face is drawn. What it shows is what `edge-lip run` does with the same
talker and model: the frame with the crop's place, the crop, the text while it grows, the final one.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from edge_lip.events import Event
from edge_lip.mouth.crop import outline, visible
from edge_lip.reading.observation import Observation
from edge_lip.reading.opening import open_reader
from edge_lip.reading.reader import Reader
from edge_lip.system.files import replacing

FILE = Path(__file__).parents[1] / "docs" / "pictures" / "demo.webp"
SAID = "bin blue at f two now"
FRAME = (360, 288)
MARGIN = 14
COLUMN = 288
"""Width of what stands beside the frame."""
SIZE = (FRAME[0] + COLUMN + 2 * MARGIN, FRAME[1])
STEP = 2
"""Every second frame is shown."""
HOLD_MS = 2500
"""How long the final text stays."""
PAPER, INK, GREY, MARK = "#ffffff", "#1a1a1a", "#8a8a8a", "#2f8fd0"


def pictures(reader: Reader, said: str, seed: int) -> Iterator[tuple[Image.Image, int]]:
    """The animation, each picture with the milliseconds it is shown."""
    seen: list[Observation] = []
    reader.observers.append(seen.append)
    text, final = "", None
    shown = 0
    for event in reader.read(f"talker:{said}?seed={seed}"):
        for observation in seen[shown::STEP]:
            yield draw(observation, reader, said, text), milliseconds(seen)
        shown += len(seen[shown::STEP]) * STEP
        text = event.text
        final = event if event.kind == "final" else None
    yield draw(seen[-1], reader, said, text, final), HOLD_MS


def milliseconds(seen: list[Observation]) -> int:
    """How long one of the frames shown lasts."""
    return round(1000 * STEP * seen[-1].frame.time / max(len(seen) - 1, 1))


def draw(
    observation: Observation, reader: Reader, said: str, text: str, final: Event | None = None
) -> Image.Image:
    """One picture."""
    page = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(page)
    page.paste(Image.fromarray(np.ascontiguousarray(observation.frame.image[..., ::-1])))
    pen.text((8, 6), "rendered", PAPER, font(16), stroke_width=2, stroke_fill=INK)
    left, top = FRAME[0] + MARGIN, MARGIN
    if observation.crop is not None:
        corners = outline(observation.crop.pose, reader.manifest.crop)
        pen.polygon([(float(x), float(y)) for x, y in corners], outline=MARK, width=2)
        crop = Image.fromarray(visible(observation.crop.image))
        page.paste(crop.resize((2 * crop.width, 2 * crop.height)), (left, top))
    top += 2 * reader.manifest.crop.height + MARGIN
    pen.text((left, top), f"{observation.frame.time:4.1f} s", GREY, font(14))
    pen.text((left, top + 22), text, INK if final else GREY, font(23))
    if final:
        pen.text((left, top + 54), f"confidence {final.confidence:.0%}", GREY, font(14))
        pen.text((left, top + 76), f"said: {said}", GREY, font(14))
    return page


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The one that comes with Pillow."""
    return ImageFont.load_default(size)


def main() -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(
        "python -m scripts.make_pictures", description="Write the README's animated picture."
    )
    parser.add_argument("text", nargs="?", default=SAID)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with open_reader("talker", partial_every=0.2) as reader:
        frames, durations = zip(*pictures(reader, options.text, options.seed), strict=True)
    with replacing(FILE) as file:
        frames[0].save(
            file, save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=70
        )
    print(f"{FILE.name}: {len(frames)} pictures, {FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
