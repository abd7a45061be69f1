"""Write the icons of the page that a person speaks by: lips, and a sound that comes from them.

python -m scripts.make_icons
"""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "edge_lip" / "web" / "static"
SIZE = 512
GROUND, LIPS, INSIDE, SOUND = "#0f1316", "#ff7a6e", "#7a1f18", "#f3f5f6"


def icon(maskable: bool) -> str:
    """One picture; systems cut a maskable one to a shape of their own, and leave the middle."""
    corner = 0 if maskable else SIZE // 5
    scale = 0.75 if maskable else 0.95
    arcs = "".join(
        f'<path d="M{x} {-h} Q{x + 34} 0 {x} {h}" fill="none" stroke="{SOUND}" '
        'stroke-width="22" stroke-linecap="round"/>'
        for x, h in ((110, 48), (158, 84))
    )
    outer = "M-200 0 C-150 -92 -92 -92 -56 -66 C-20 -92 38 -92 88 0 C38 104 -150 104 -200 0 Z"
    inner = "M-150 2 Q-56 -34 38 2 Q-56 52 -150 2 Z"
    lips = f'<path d="{outer}" fill="{LIPS}"/><path d="{inner}" fill="{INSIDE}"/>'
    place = f"translate({SIZE / 2:g} {SIZE / 2:g}) scale({scale})"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        f'<rect width="{SIZE}" height="{SIZE}" rx="{corner}" fill="{GROUND}"/>'
        f'<g transform="{place}">{lips}{arcs}</g></svg>\n'
    )


if __name__ == "__main__":
    (FOLDER / "icon.svg").write_text(icon(maskable=False))
    (FOLDER / "icon-maskable.svg").write_text(icon(maskable=True))
