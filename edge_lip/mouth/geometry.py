"""What part of a face a mouth crop shows."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class CropArea:
    """The part of the face and its pixels: what recipes, descriptions of others' models and
    manifests all say of a crop."""

    width: int = 96
    height: int = 64
    span: float = 0.92
    """Crop width over the outer eye distance; at 0.92 a resting mouth fills about 60 % of it."""
    drop: float = 0.06
    """How far below the mouth's middle the crop is centred, over the outer eye distance."""

    def in_planes(self, depth: bool = False, colour: bool = False) -> "CropGeometry":
        """The crop of this area that has these planes (see `CropGeometry`)."""
        return CropGeometry(self.width, self.height, self.span, self.drop, depth, colour)


@dataclass(frozen=True)
class CropGeometry(CropArea):
    """What part of the face a crop shows, in how many pixels, and in which planes.

    Names, order and defaults of the fields are in cache keys and in manifests.
    """

    depth: bool = False
    """With one more plane, from a depth camera."""
    colour: bool = False
    """Red, green and blue instead of grey."""

    def grown(self, margin: int) -> "CropGeometry":
        """The same scale and centre with `margin` more pixels on each side, for augmentation."""
        return replace(
            self,
            width=self.width + 2 * margin,
            height=self.height + 2 * margin,
            span=self.span * (self.width + 2 * margin) / self.width,
        )
