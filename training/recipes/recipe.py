"""A recipe: everything that shapes a trained model, as data (TOML)."""

from dataclasses import asdict, dataclass, field
from typing import Any

from edge_lip.mouth.geometry import CropArea, CropGeometry

from .parts import BACKBONES

SPLIT_BY = ("list", "speaker", "take", "share")
"""What tells clips to learn from and to test on apart (see `training.data.splits`)."""
GROUPED = ("speaker", "take")
"""Those that go by groups: names of fields of `training.data.clip.Clip`."""
RENDERED = "rendered"
"""Rendered people in the place of a dataset: there are no other clips."""
MOST_RENDERED = 100_000
"""Clips of them to learn from."""
PRECISIONS = ("auto", "float32", "mixed_bfloat16")


@dataclass(frozen=True)
class DataSection:
    """Which clips."""

    dataset: str = "grid"
    """One of `training.data.datasets.DATASETS`, or "rendered" for rendered people alone."""
    speakers: tuple[str, ...] = ()
    """Only these; empty for all there are."""
    train: str = "train.txt"
    """File in the dataset's root with names of clips to train on, one a line. Where there is none,
    every clip that `test` does not name."""
    test: str = "test.txt"
    """File with names of the clips that are never trained on; where there is none of the usual
    name, `val.txt` is read, as older versions called it."""
    validation: int = 40
    """Clips of the train list that are not learned but read on the way: curves and decoder
    weights."""
    by: str = "list"
    """What tells train from test (see `training.data.splits`): list, speaker, take or share."""
    test_groups: tuple[str, ...] = ()
    """Speakers or takes that are never trained on."""
    validation_groups: tuple[str, ...] = ()
    """Speakers or takes for validation; empty for `validation` clips of any."""
    test_share: float = 0.2
    """Of every label's clips."""
    test_each: int = 0
    """Clips of every speaker to test on, in place of a share; 0 for the share."""
    most: int = 0
    """Clips of one speaker to learn from, at most; 0 for all there are. More of one person helps
    nobody else."""
    known: bool = False
    """Whether all that the model reads with which a training begins stays among what is read,
    whatever these clips say."""
    rendered: int = 0
    """Clips of rendered people to learn from beside these (see `training.data.datasets.rendered`),
    who say sentences of `[decoding] grammar`, or the labels. None of them is for validation."""


@dataclass(frozen=True)
class CropSection(CropArea):
    """The mouth picture, grey: its area, and how it is cut."""

    margin: int = 8
    tracker: str = "landmarks"
    depth: bool = CropGeometry.depth

    @property
    def geometry(self) -> CropGeometry:
        return self.in_planes(depth=self.depth)


@dataclass(frozen=True)
class NetworkSection:
    """The two halves (see `training.networks.halves`)."""

    encoder: str = "cnn"
    """One of `training.networks.encoders`."""
    weights: str = ""
    """HDF5 file of weights for the encoder "vgg-face"; random ones where none is named."""
    frames: int = 5
    """Crops in a stack."""
    ahead: int = 2
    """How many of them come after the one in question."""
    channels: tuple[int, ...] = (64, 96, 128)
    """Of the encoder's stages."""
    features: int = 192
    lips: int = 0
    """Features of the lips' shape beside those of the picture; 0 for the picture alone."""
    centred: bool = False
    """Whether an utterance's mean is taken out of its features: what a face looks like stays away,
    what it does remains."""
    scaled: bool = False
    """Whether an utterance's features have a variance of one after that, those of picture and shape
    apart: one person opens the mouth twice as far as another."""
    temporal: str = "bilstm"
    """One of `training.networks.temporal`: what reads features in time."""
    units: int = 160
    """Of each direction of each LSTM."""
    layers: int = 2
    dropout: float = 0.4

    @property
    def frozen(self) -> bool:
        """Whether the encoder stays as it is, and only what follows it is learned: two steps, of
        which the first computes features of all clips once (see
        `training.samples.backbone_features`)."""
        return self.encoder in BACKBONES


@dataclass(frozen=True)
class AugmentSection:
    """How samples are varied (see `training.samples.augment`)."""

    splice: float = 0.6
    """Share of samples put together from words of several clips."""
    silent: float = 0.0
    """Share of samples of sentences in which nothing is said."""
    speed: float = 1.25
    """A whole sentence up to this much faster or slower."""
    word_speed: float = 1.2
    """And each of its words again."""
    shift: float = 6.0
    """Crop pixels."""
    scale: float = 0.1
    turn: float = 6.0
    """Degrees."""
    flip: float = 0.5
    """Share of mirrored samples."""
    gamma: float = 1.4
    warp: float = 0.0
    """Crop pixels by which places are moved against each other: mouths of other shapes."""
    light: float = 0.0
    """How much brighter one side may be than the other, as a power of e: light from elsewhere."""
    noise: float = 0.1
    """Largest standard deviation of pixel noise, in deviations of the crop."""
    lips: float = 0.15
    """How much larger or wider lips may be, as a power of e, where their shape is an input."""
    drop: float = 0.3
    """Share of samples in which one of several inputs is left out."""
    erase: float = 0.5
    """Share of samples with a blank rectangle."""
    hold: float = 0.3
    """Share of samples in which a few frames stand still."""
    retake: float = 0.0
    """Share of samples of pictures as a camera of another frame rate would have taken them..."""
    rate: float = 2.0
    """...up to this much faster or slower."""
    rest: float = 0.3
    """Seconds by which a labelled clip may begin and end later, standing still."""
    trim: float = 0.1
    """Share of a labelled clip that may be missing at either end."""
    variants: int = 4
    """Of each clip's pictures, where features are computed once: as cut, and varied so often."""


@dataclass(frozen=True)
class FitSection:
    """How the network learns."""

    epochs: int = 120
    batch: int = 16
    rate: float = 1.2e-3
    warmup: int = 3
    """Epochs."""
    decay: float = 1e-2
    """Of weights (AdamW)."""
    clip: float = 5.0
    """Of the gradient's norm."""
    points: int = 0
    """Samples of people of whom only the points of their lips are known (see
    `training.data.points`), beside each batch, where such are given."""
    alone: int = 0
    """Times that all those points are gone through first, before there are pictures."""
    average: float = 0.998
    """Momentum of the running average of weights that becomes the model."""
    kept: float = 0.0
    """Share that the weights of a model to begin with have in those of the new one: between both,
    more of what it knew is kept (Wortsman et al., "Robust fine-tuning of zero-shot models",
    2022)."""
    word_loss: float = 1.0
    """Weight of the frame-wise word loss beside CTC."""
    class_weights: bool = True
    """Whether a rare label counts as much as a frequent one."""
    watch: int = 5
    """Epochs between readings of the validation clips."""
    shortest: int = 46
    """Frames of a training sample, drawn anew for every batch."""
    longest: int = 76
    precision: str = "auto"
    """Of the encoder while training: float32, mixed_bfloat16, or auto."""
    seed: int = 1


@dataclass(frozen=True)
class DecodingSection:
    """How logits become text (see `edge_lip.text`)."""

    method: str = "beam"
    grammar: tuple[tuple[str, ...], ...] = ()
    """Slots of a sentence, each with its alternatives; for the method "grammar". Its two weights
    are found on the validation clips."""
    apart: bool = False
    """Whether a final text is made of picture and shape each alone as well, for a network that has
    both (`[network] lips`) and takes means out (`centred`)."""
    beam: int = 16
    threshold: float = 0.0
    """Confidence under which a text is rejected."""


@dataclass(frozen=True)
class Recipe:
    """A training configuration."""

    name: str
    task: str = "sentence"
    """What a clip is: a sentence, or one label of a fixed list (see `training.tasks`)."""
    summary: str = ""
    """What the trained model reads, in a line."""
    credit: str = ""
    """Whose data it is, to be named wherever the model goes."""
    licence: str = ""
    """Of the trained model."""
    fps: float = 25.0
    data: DataSection = field(default_factory=DataSection)
    crop: CropSection = field(default_factory=CropSection)
    network: NetworkSection = field(default_factory=NetworkSection)
    augment: AugmentSection = field(default_factory=AugmentSection)
    fit: FitSection = field(default_factory=FitSection)
    decoding: DecodingSection = field(default_factory=DecodingSection)

    @property
    def apart(self) -> int:
        """How many features, the last, are the shape's where a final text is made of picture and
        shape each alone as well; 0 where it is not."""
        return self.network.lips if self.decoding.apart else 0

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as it would stand in TOML."""
        return asdict(self)
