"""The words of Keras 2 that Keras 3 does not have, or takes for something else.

What has a name and a value here is a difference between the two that was found by comparing every
layer, argument, default and activation of tf_keras 2.21 with those of Keras 3.15. The table in
docs/convert.md says what becomes of each; `tests/converter/external/test_dialect.py` runs each.
"""

import inspect
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from edge_lip.errors import ModelError
from training.trained.layers import WAYS_OUT as IMPOSSIBLE
from training.trained.layers import walk

RENAMED: Final = {
    "Model": "Functional",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "UnifiedLSTM": "LSTM",
    "UnifiedGRU": "GRU",
}
"""Layers that were called otherwise for some time."""

NETWORKS: Final = {"Functional": "keras.src.models.functional", "Sequential": "keras"}
"""Where Keras 3 has its kinds of networks."""

IDENTITIES: Final = (
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "RandomBrightness",
    "RandomContrast",
    "RandomFlip",
    "RandomHeight",
    "RandomRotation",
    "RandomTranslation",
    "RandomWidth",
    "RandomZoom",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
)
"""Layers that do something in training alone."""

RECURRENT: Final = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional")
"""Layers that can be given the state to start from, behind their input."""

REFUSED: Final = {
    "LocallyConnected1D": "Keras 3 has no layer whose weights differ from place to place: use "
    "Conv1D",
    "LocallyConnected2D": "Keras 3 has no layer whose weights differ from place to place: use "
    "Conv2D",
    "AbstractRNNCell": "it computes nothing by itself",
    "CategoryEncoding": "it takes whole numbers",
    "Discretization": "it gives whole numbers",
    "Embedding": "it takes whole numbers",
    "DenseFeatures": "it takes columns of a table",
    "RandomCrop": "Keras 3 makes something else of it once it is trained: use Resizing",
    "Hashing": "it takes words or whole numbers",
    "HashedCrossing": "it takes words or whole numbers",
    "SpectralNormalization": "it is for training: save the layer in it without it",
    "StringLookup": "it takes words",
    "IntegerLookup": "it takes whole numbers",
    "TextVectorization": "it takes words",
    "PeepholeLSTMCell": "Keras 3 has no LSTM whose gates see the cell: use LSTM",
}
"""Layers of Keras 2 that can't be converted, and why."""

HARD_SIGMOID: Final = "keras2_hard_sigmoid"
ACTIVATIONS: Final = {
    "hard_sigmoid": HARD_SIGMOID,
    "softmax_v2": "softmax",
    "log_softmax_v2": "log_softmax",
    "swish": "silu",
}
"""Activations by the name that means the same in Keras 3; the others mean the same."""
ACTIVATION_LAYERS: Final = ("ELU", "LeakyReLU", "ReLU", "Softmax", "ThresholdedReLU")
"""Layers whose names, too, could stand for activations."""

DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "GRU": {"reset_after": False},
    "GRUCell": {"reset_after": False},
    "ConvLSTM1D": {"recurrent_activation": "hard_sigmoid"},
    "ConvLSTM2D": {"recurrent_activation": "hard_sigmoid"},
    "ConvLSTM3D": {"recurrent_activation": "hard_sigmoid"},
    "LeakyReLU": {"alpha": 0.3},
}
"""What a layer has that does not say it, because it is older than the argument."""

RENAMED_WEIGHTS: Final = {"depthwise_kernel": "kernel"}
"""Weights by what else they are called; of one layer at most one of the two."""

FOR_TRAINING: Final = ("_initializer", "_regularizer", "_constraint")
"""Ends of arguments that change nothing once there are weights."""

Anything = object()
GONE: Final[dict[str, Any]] = {
    "adjustment": None,
    "batch_input_shape": Anything,
    "dynamic": Anything,
    "force_generator": Anything,
    "fused": Anything,
    "groups": 1,
    "implementation": Anything,
    "input_dim": Anything,
    "input_length": Anything,
    "input_spec": Anything,
    "noise_shape": Anything,
    "ragged": False,
    "query_shape": Anything,
    "key_shape": Anything,
    "value_shape": Anything,
    "renorm": False,
    "renorm_clipping": Anything,
    "renorm_momentum": Anything,
    "rng_type": Anything,
    "robust_masking": Anything,
    "softmax_robust_masking": Anything,
    "sparse": False,
    "time_major": False,
    "virtual_batch_size": Anything,
}
"""Arguments that Keras 3 does not have, with the value that changes nothing a network computes."""
WAYS_OUT: Final = {
    "ragged": "build it for dense ones and save it again",
    "renorm": "build it without and save it again",
    "time_major": "build it with time_major=False and save it again",
}


def keras2_hard_sigmoid(x: Any) -> Any:
    """What Keras 1 and 2 call so: x/5 + 1/2 from 0 to 1. In Keras 3 it is x/6 + 1/2."""
    import keras

    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def complete(config: Any) -> Any:
    """`config` of any Keras 2, changed in place to say what its version took for granted.

    It is one that the last Keras 2 understands too. Raises `ModelError`.
    """
    if isinstance(config, dict) and isinstance(config.get("config"), list):  # before Keras 2.2.3
        config["config"] = {"name": "sequential", "layers": config["config"]}
    for layer in walk(config):
        layer["class_name"] = RENAMED.get(layer["class_name"], layer["class_name"])
        for key, value in DEFAULTS.get(layer["class_name"], {}).items():
            layer["config"].setdefault(key, value)
    return config


def translate(config: Any) -> Any:
    """`config` of Keras 2, changed in place to one that means the same to Keras 3.

    Raises `ModelError` that names the layer and what can't be said there.
    """
    for layer in walk(complete(config)):
        _translate_layer(layer)
    return config


def _translate_layer(layer: dict[str, Any]) -> None:
    kind, inner = layer["class_name"], layer["config"]
    label = f"the layer '{inner.get('name', '?')}' ({kind})"
    if reason := REFUSED.get(kind):
        raise ModelError(f"{label} can't be loaded: {reason}")
    if kind in IMPOSSIBLE:  # in any dialect: told by `check_layers`
        return
    if layer.get("registered_name") in (None, kind):  # else it is its author's: refused elsewhere
        layer["module"], layer["registered_name"] = "keras.layers", None
    layer.pop("build_config", None)
    if kind == "Sequential":
        _give_entry(inner["layers"])
    if kind in NETWORKS:
        layer["module"] = NETWORKS[kind]
        if kind == "Functional":
            _translate_nodes(inner)
        return
    if kind == "InputLayer" and "batch_input_shape" in inner:
        inner["batch_shape"] = inner.pop("batch_input_shape")
    for key in [key for key in inner if key.endswith(FOR_TRAINING)]:
        del inner[key]
    for key, value in inner.items():
        inner[key] = _plain(value)
    if isinstance(inner.get("axis"), list) and len(inner["axis"]) == 1:
        inner["axis"] = inner["axis"][0]
    if "dtype" in inner:  # or a policy of mixed precision; the weights are float32 all the same
        inner["dtype"] = "float32"
    for key in ("activation", "recurrent_activation"):
        if key in inner:
            inner[key] = _translate_activation(inner[key], label)
    if kind in IDENTITIES:
        layer["class_name"] = "Activation"
        layer["config"] = {"name": inner.get("name"), "activation": "linear"}
        return
    if kind == "ThresholdedReLU":
        layer["class_name"], inner["threshold"] = "ReLU", inner.pop("theta", 1.0)
    if kind == "LeakyReLU":
        inner["negative_slope"] = inner.pop("alpha")
    _drop_gone(layer, label)


def _translate_nodes(network: dict[str, Any]) -> None:
    """Which layer takes what in the words of Keras 3, which reads the older ones wrong: it counts
    the uses of a nested network from another number, and knows no tensor but the first argument."""
    kinds = {layer["config"].get("name"): layer["class_name"] for layer in network["layers"]}
    uses = list(_uses([layer.get("inbound_nodes") for layer in network["layers"]], kinds))
    uses += _uses([network["input_layers"], network["output_layers"]], kinds)
    first: dict[str, int] = {}  # a nested network has a use of its own, before all others
    for name, node, *_ in uses:
        first[name] = min(node, first.get(name, node))
    for layer in network["layers"]:
        label = f"the layer '{layer['config'].get('name', '?')}' ({layer['class_name']})"
        nodes = layer.get("inbound_nodes") or []
        if all(isinstance(node, list) for node in nodes):
            stateful = layer["class_name"] in RECURRENT
            layer["inbound_nodes"] = [
                _node(node, kinds, first, stateful, label) for node in nodes if node
            ]
    for use in _uses(network["output_layers"], kinds):
        # Keras 3 takes one off for these itself.
        use[1] += (kinds[use[0]] == "Functional") - first[use[0]]
    for key in ("input_layers", "output_layers"):  # a list of one is a list of one there
        if isinstance(network[key], list) and len(network[key]) == 1:
            (network[key],) = network[key]


def _node(
    node: list[Any], kinds: Mapping[str, str], first: Mapping[str, int], stateful: bool, label: str
) -> dict[str, Any]:
    def revive(value: Any) -> Any:
        if _is_use(value, kinds):
            name, index, output = value[:3]
            history = [name, index - first[name], output]
            inner = {"shape": [None], "dtype": "float32", "keras_history": history}
            return {"class_name": "__keras_tensor__", "config": inner}
        if isinstance(value, list):
            return [revive(one) for one in value]
        return value

    given = [revive(one) for one in node]
    more: dict[str, Any] = {}
    for one in node:
        more |= one[3] if len(one) > 3 else {}
    if more.pop("training", None):
        raise ModelError(
            f"{label} is called with training=True, so that it goes on as in training: build the "
            "network without that and save it again"
        )
    keywords = {key: revive(value) for key, value in more.items()}
    if stateful and len(given) > 1:
        given, keywords["initial_state"] = given[:1], given[1:]
    return {"args": [given if len(given) > 1 else given[0]], "kwargs": keywords}


def _uses(nodes: Any, kinds: Mapping[str, str]) -> Iterator[list[Any]]:
    """All [layer, use, output, ...] in a structure of lists and dictionaries."""
    if _is_use(nodes, kinds):
        yield nodes
    entries = nodes.values() if isinstance(nodes, dict) else nodes
    for one in entries if isinstance(nodes, dict | list) else ():
        yield from _uses(one, kinds)


def _is_use(value: Any, kinds: Mapping[str, str]) -> bool:
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and value[0] in kinds
    )


def _drop_gone(layer: dict[str, Any], label: str) -> None:
    """Leave out arguments that Keras 3 does not have; raise `ModelError` where that would change
    what the layer computes."""
    inner = layer["config"]
    known = arguments(layer["class_name"])
    if not known:  # no layer of Keras: told by who checks the layers
        return
    for key in [key for key in inner if key not in known or key in WAYS_OUT]:
        value = inner.pop(key)
        neutral = GONE.get(key, None)
        if neutral is not Anything and value != neutral:
            way = WAYS_OUT.get(key, "build it without and save it again")
            raise ModelError(f"{label} has {key}={value}, which Keras 3 does not have: {way}")


def _translate_activation(value: Any, label: str) -> Any:
    if isinstance(value, dict) and value.get("class_name") == "function":
        value = value.get("config")
    if isinstance(value, dict) and isinstance(value.get("config"), dict):  # a layer in its place
        if value.get("class_name") not in ACTIVATION_LAYERS:
            raise ModelError(
                f"{label} has the layer {value.get('class_name')} as its activation: put it behind"
                " the layer, with its weights, and save the model again"
            )
        layer = {"class_name": value.get("class_name"), "config": dict(value["config"])}
    elif value in ACTIVATION_LAYERS:
        layer = {"class_name": value, "config": {}}
    else:
        name = str(value or "linear").rpartition(">")[2]
        name = ACTIVATIONS.get(name, name)
        if name == HARD_SIGMOID:
            return _function(HARD_SIGMOID)
        if not _is_activation(name):
            raise ModelError(
                f"{label} has the activation '{name}', which Keras does not have: use one of Keras "
                "and save it again"
            )
        return name
    _translate_layer(complete(layer))
    return layer


def _function(name: str) -> dict[str, Any]:
    """How Keras 3 describes a function of ours."""
    import keras

    registered = keras.saving.get_registered_name(
        keras.saving.register_keras_serializable("edge_lip")(keras2_hard_sigmoid)
    )
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name,
        "registered_name": registered,
    }


def _is_activation(name: str) -> bool:
    import keras

    try:
        return callable(keras.activations.get(name))
    except ValueError:
        return False


def _plain(value: Any) -> Any:
    """A number or list that Keras 2 wrote as an array."""
    if isinstance(value, dict) and value.get("class_name") == "__numpy__":
        return value["config"]["value"]
    if isinstance(value, Mapping) and value.get("class_name") == "__tuple__":
        return value["items"]
    return value


@cache
def arguments(kind: str) -> frozenset[str]:
    """What a layer of Keras 3 can be told; empty where there is no such layer."""
    import keras

    cls = getattr(keras.layers, kind, None)
    found: set[str] = set()
    for base in inspect.getmro(cls) if inspect.isclass(cls) else ():
        if "__init__" not in vars(base):
            continue
        parameters = inspect.signature(vars(base)["__init__"]).parameters.values()
        found.update(one.name for one in parameters)
        if not any(one.kind is one.VAR_KEYWORD for one in parameters):
            break
    return frozenset(found)


def _give_entry(layers: list[dict[str, Any]]) -> None:
    """Sequential networks could do without an InputLayer: their first layer had the shape."""
    first = layers[0]["config"] if layers else {}
    if not layers or layers[0]["class_name"] == "InputLayer":
        return
    shape = first.pop("batch_input_shape", None)
    if shape is not None:
        entry = {"name": f"{first.get('name', 'layer')}_input", "batch_shape": shape}
        layers.insert(0, {"class_name": "InputLayer", "config": entry})
