"""The layer at which a conversion goes wrong is found."""

from functools import partial
from typing import Any

import numpy as np
import pytest
from support import tiny_model

pytest.importorskip("tensorflow", reason="pieces are converted by TensorFlow")


def test_a_layer_whose_weights_were_spoiled() -> None:
    import keras

    from converter.export.export import export
    from converter.verification.layer_errors import worst_layer

    encode, _ = tiny_model.halves()
    plain = partial(export, mode="dynamic")
    spoiled = next(layer.name for layer in encode.layers if isinstance(layer, keras.layers.Dense))

    def spoil(piece: Any) -> bytes:
        """As if the dense layer alone came out wrong."""
        names = [layer.name for layer in piece.layers]
        if spoiled not in names:
            return plain(piece)
        copy = keras.models.clone_model(piece)
        copy.set_weights([-w if w.ndim == 2 else w for w in piece.get_weights()])
        return plain(copy)

    found = worst_layer(encode, spoil, [{"stack": one} for one in tiny_model.stacks(4)])
    assert found is not None and found.layer == spoiled and found.half == "encode"
    assert found.relative_error > 1 > found.before
    clean = worst_layer(encode, plain, [{"stack": one} for one in tiny_model.stacks(4)])
    assert clean is not None and clean.relative_error < 0.1
    assert np.isfinite(clean.relative_error)


def test_a_layer_over_time() -> None:
    """Of utterances as long and short as they come."""
    import keras

    from converter.export.export import export
    from converter.verification.layer_errors import worst_layer

    _, decode = tiny_model.halves("label")

    def spoil(piece: Any) -> bytes:
        copy = keras.models.clone_model(piece)
        average = any("average" in layer.name for layer in piece.layers)
        copy.set_weights([-w if average else w for w in piece.get_weights()])
        return export(copy, "dynamic")

    found = worst_layer(
        decode, spoil, [{"features": tiny_model.features(length)} for length in (10, 20, 30)]
    )
    assert found is not None and "average" in found.layer and found.half == "decode"
    assert found.relative_error > 1 > found.before
