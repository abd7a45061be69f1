"""What must hold between a recipe's values, so that a mistake shows now and not hours later."""

from collections.abc import Iterator
from math import isfinite

from edge_lip.mouth.trackers import TRACKERS
from edge_lip.text.tasks import TASKS

from .parts import ENCODERS, TEMPORAL
from .recipe import (
    GROUPED,
    MOST_RENDERED,
    PRECISIONS,
    RENDERED,
    SPLIT_BY,
    DataSection,
    Recipe,
)


def rules(recipe: Recipe) -> Iterator[tuple[bool, str]]:
    """Whether each one holds, and what to say when it does not."""
    crop, net, fit = recipe.crop, recipe.network, recipe.fit
    yield from _finite_rules(recipe)
    yield recipe.task in TASKS, f"task must be one of {', '.join(TASKS)}"
    yield net.encoder in ENCODERS, f"[network] encoder must be one of {', '.join(ENCODERS)}"
    yield net.temporal in TEMPORAL, f"[network] temporal must be one of {', '.join(TEMPORAL)}"
    yield recipe.fps > 0, "fps must be above 0"
    yield from _data_rules(recipe.data)
    yield from _rendered_rules(recipe)
    yield crop.tracker in TRACKERS, f"[crop] tracker must be one of {', '.join(TRACKERS)}"
    yield min(crop.width, crop.height) >= 16, "[crop] width and height must be at least 16"
    yield crop.span > 0 <= crop.margin, "[crop] span must be above 0, margin at least 0"
    yield 0 <= net.ahead < net.frames, "[network] ahead must be from 0 to below frames"
    single = net.frames == 1 and not crop.depth
    yield single or not net.frozen, f"[network] {net.encoder} takes frames = 1, ahead = 0, no depth"
    large = min(crop.width, crop.height) >= 32
    yield large or not net.frozen, f"[crop] {net.encoder} takes pictures of 32x32 and more"
    takes_file = net.encoder == "vgg-face"
    yield takes_file or not net.weights, "[network] weights is for the encoder vgg-face"
    yield recipe.augment.variants >= 1, "[augment] variants must be at least 1"
    yield 0 <= recipe.augment.silent < 1, "[augment] silent must be from 0 to below 1"
    yield recipe.augment.rest >= 0, "[augment] rest must be at least 0"
    yield 0 <= recipe.augment.trim < 0.5, "[augment] trim must be from 0 to below 0.5"
    stages = len(net.channels) >= 2 and min(net.channels) >= 1
    yield stages, "[network] channels must be at least two numbers above 0"
    for key in ("features", "units", "layers"):
        yield getattr(net, key) >= 1, f"[network] {key} must be at least 1"
    for key in ("epochs", "batch", "watch"):
        yield getattr(fit, key) >= 1, f"[fit] {key} must be at least 1"
    yield fit.points >= 0, "[fit] points must be at least 0"
    shaped = bool(net.lips) and net.centred
    yield net.centred or not net.scaled, "[network] scaled needs centred"
    yield shaped or not fit.points, "[fit] points needs [network] lips and centred"
    yield shaped or not recipe.decoding.apart, "[decoding] apart needs [network] lips and centred"
    yield fit.alone >= 0, "[fit] alone must be at least 0"
    yield bool(fit.points) or not fit.alone, "[fit] alone needs points, how many to a batch"
    yield 0 <= fit.kept < 1, "[fit] kept must be from 0 to below 1"
    yield 0 <= net.dropout < 1, "[network] dropout must be from 0 to below 1"
    yield 3 <= fit.shortest <= fit.longest, "[fit] shortest must be from 3 to longest"
    yield fit.precision in PRECISIONS, f"[fit] precision must be one of {', '.join(PRECISIONS)}"
    method, decoders = recipe.decoding.method, TASKS[recipe.task].decoders
    yield (
        method in decoders,
        f"[decoding] method must be one of {', '.join(decoders)} for the task {recipe.task}",
    )
    yield 0 <= recipe.decoding.threshold <= 1, "[decoding] threshold must be from 0 to 1"
    has_slots = bool(recipe.decoding.grammar)
    yield has_slots or method != "grammar", "[decoding] the method grammar needs a grammar"


def _finite_rules(recipe: Recipe) -> Iterator[tuple[bool, str]]:
    """TOML has `nan` and `inf`, too."""
    table = recipe.to_dict()
    sections = {key: value for key, value in table.items() if isinstance(value, dict)}
    for name, section in {"": table, **{f"[{key}] ": sections[key] for key in sections}}.items():
        for key, value in section.items():
            finite = not isinstance(value, float) or isfinite(value)
            yield finite, f"{name}{key} must be a finite number, not {value}"


def _data_rules(data: DataSection) -> Iterator[tuple[bool, str]]:
    yield data.by in SPLIT_BY, f"[data] by must be one of {', '.join(SPLIT_BY)}"
    yield data.validation >= 0, "[data] validation must be at least 0"
    yield data.most >= 0, "[data] most must be at least 0"
    yield 0 < data.test_share < 1, "[data] test_share must be between 0 and 1"
    yield data.test_each >= 0, "[data] test_each must be at least 0"
    drawn = data.by == "share" or not data.test_each
    yield drawn, '[data] test_each needs by = "share"'
    named = bool(data.test_groups or data.validation_groups)
    yield (
        data.by in GROUPED or not named,
        f"[data] test_groups and validation_groups need by = {' or '.join(GROUPED)}",
    )
    both = sorted({*data.test_groups} & {*data.validation_groups})
    yield not both, f"[data] {', '.join(both)} can't be in both test_groups and validation_groups"


def _rendered_rules(recipe: Recipe) -> Iterator[tuple[bool, str]]:
    rendered = recipe.data.rendered
    yield 0 <= rendered <= MOST_RENDERED, f"[data] rendered must be from 0 to {MOST_RENDERED:,}"
    alone = recipe.data.dataset == RENDERED
    yield rendered > 0 or not alone, '[data] dataset "rendered" takes how many: set rendered'
    told = bool(recipe.decoding.grammar) or (TASKS[recipe.task].closed and not alone)
    yield told or not rendered, "[data] rendered takes a [decoding] grammar: what is to be said"
    yield not (recipe.crop.depth and rendered), "[data] rendered people have no depth: set it to 0"
