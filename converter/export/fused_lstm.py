"""LSTMs as the one operator that TFLite has for them, instead of a loop over time.

TensorFlow's converter fuses a function that is marked as Keras 2 marked its LSTM: by its
attributes, six inputs and five outputs, whatever it computes (`ConvertKerasLSTMLayer` in
tensorflow/compiler/mlir/lite/utils/lstm_utils.cc). Keras 3 marks nothing, so its LSTMs become
loops, and full quantization of a loop takes the converter's process with it.
"""

from itertools import count
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

from .flatbuffer import operator_code, parse, serialize

LSTM: Final = schema.BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM
REVERSE: Final = schema.BuiltinOperator.REVERSE_V2
STATE: Final = 18
"""Which of the operator's inputs is its output of the step before."""
CELL: Final = 19
"""And which is its cell of the step before."""
MATRICES: Final = slice(1, 9)
"""And which are its matrices."""
HYBRID: Final = 3
"""The operator's version that multiplies in 8 bits and adds in float."""
HIDDEN: Final = 4
"""Which of its intermediates is its output before it is stored."""
CELL_SCALE: Final = 2.0**-11
"""The finest a 16-bit cell is stored with: it holds 16, where calibration may have seen 2. Cells
that count frames grow with the utterance, and their rounding is far below that of the output."""


def directions(layer: Any) -> list[Any]:
    """The LSTMs in a layer: itself, both of a Bidirectional, or none."""
    if isinstance(layer, keras.layers.LSTM):
        return [layer]
    if isinstance(layer, keras.layers.Bidirectional):
        both = [layer.forward_layer, layer.backward_layer]
        return both if all(isinstance(one, keras.layers.LSTM) for one in both) else []
    return []


def obstacle(layer: Any) -> str:
    """Why the LSTMs in `layer` can't be fused; empty when they can."""
    for one in directions(layer):
        activations = (one.activation.__name__, one.recurrent_activation.__name__)
        if activations != ("tanh", "sigmoid"):
            return "TFLite's LSTM has tanh and sigmoid, this one has {} and {}".format(*activations)
        if one.stateful or one.return_state:
            return "TFLite's LSTM gives its sequence, not its state"
    return ""


def _fits(layer: Any) -> bool:
    return bool(directions(layer)) and not obstacle(layer)


def masked(half: Any) -> bool:
    """Whether frames of an utterance can be masked in it, which TFLite's LSTM knows nothing of."""
    return any(
        isinstance(layer, keras.layers.Masking) or getattr(layer, "mask_zero", False)
        for layer in half._flatten_layers()
    )


def fusable(half: Any) -> bool:
    """Whether there is an LSTM in the Keras model `half` that can be fused."""
    return not masked(half) and any(_fits(layer) for layer in half._flatten_layers())


def fuse(half: Any, entry: Any) -> Any:
    """The Keras model `half` on the input tensor `entry`, its LSTMs marked to be fused where they
    can be.

    `entry` has a batch of known size. Layers and weights are those of `half`.
    """
    names = count()  # the same ones every time

    def replace(layer: Any) -> Any:
        return _Fused(layer, names) if _fits(layer) else layer

    return keras.models.clone_model(half, input_tensors=entry, clone_function=replace)


class _Fused(keras.layers.Layer):
    """Computes what the LSTM or Bidirectional `layer` does."""

    def __init__(self, layer: Any, names: Any) -> None:
        super().__init__(name=layer.name)
        self.layer = layer
        self.calls = [_mark(one.go_backwards, next(names)) for one in directions(layer)]

    def call(self, sequence: Any, mask: Any = None, training: Any = None) -> Any:
        lstms = directions(self.layer)
        outputs = [_run(*pair, sequence) for pair in zip(lstms, self.calls, strict=True)]
        if len(outputs) == 1:
            return outputs[0]
        if self.layer.return_sequences:  # Bidirectional turns the second one back
            outputs[1] = tf.reverse(outputs[1], [1])
        return MERGE[self.layer.merge_mode](outputs)

    def compute_output_shape(self, shape: Any) -> Any:
        return self.layer.compute_output_shape(shape)


MERGE: Final = {
    "concat": lambda outputs: tf.concat(outputs, -1),
    "sum": lambda outputs: outputs[0] + outputs[1],
    "mul": lambda outputs: outputs[0] * outputs[1],
    "ave": lambda outputs: (outputs[0] + outputs[1]) / 2,
    None: lambda outputs: outputs,
}


def _run(lstm: Any, call: Any, sequence: Any) -> Any:
    zeros = tf.zeros((sequence.shape[0], lstm.units))
    cell = lstm.cell
    bias = cell.bias if cell.use_bias else tf.zeros(4 * lstm.units)
    # As values: the converter crashes on a fused function that is given variables.
    weights = map(tf.convert_to_tensor, (cell.kernel, cell.recurrent_kernel, bias))
    last, outputs, *_ = call(sequence, zeros, zeros, *weights)
    return outputs if lstm.return_sequences else last


def _mark(backwards: bool, name: int) -> Any:
    """An LSTM as the converter knows it; with `backwards` it reads its input from the end."""

    def lstm(
        inputs: Any, init_h: Any, init_c: Any, kernel: Any, recurrent_kernel: Any, bias: Any
    ) -> tuple[Any, ...]:
        steps = tf.transpose(inputs[:, ::-1] if backwards else inputs, (1, 0, 2))
        shape = (steps.shape[1], init_h.shape[1])
        outputs = tf.TensorArray(tf.float32, tf.shape(steps)[0], element_shape=shape)

        def step(time: Any, h: Any, c: Any, outputs: Any) -> tuple[Any, ...]:
            gates = tf.matmul(steps[time], kernel) + tf.matmul(h, recurrent_kernel) + bias
            i, f, g, o = tf.split(gates, 4, axis=1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(c)
            return time + 1, h, c, outputs.write(time, h)

        start = (tf.constant(0), init_h, init_c, outputs)
        *_, h, c, outputs = tf.while_loop(lambda time, *_: time < tf.shape(steps)[0], step, start)
        # The fifth was the name of the device.
        return h, tf.transpose(outputs.stack(), (1, 0, 2)), h, c, tf.constant(0.0)

    attributes = {"api_implements": f"lstm_{name}", "go_backwards": backwards, "time_major": False}
    return tf.function(lstm, autograph=False, experimental_attributes=attributes)


def settle(content: bytes, weights: str) -> bytes:
    """A flatbuffer with its fused LSTMs set right where the converter leaves them wrong.

    It clips their cells at 10, which Keras does not. And of full int8 it gives tensors scales of
    their own which the kernels take to be the same, because they copy bytes from one to the other:
    an LSTM's output, its state and its hidden value (`LstmStepInteger8x8_16` in
    tensorflow/lite/kernels/lstm_eval.cc), and what goes into and comes out of REVERSE_V2. Without
    this a bidirectional LSTM of random weights is 19 % off, with it 1.1 %.

    And where `weights` are to be int8 it leaves all matrices of an LSTM in float, if one of them
    has fewer than 1,024 numbers, as with 31 units.
    """
    model = parse(content)
    for graph in model.subgraphs:
        steps = [(operator_code(model, step), step) for step in graph.operators]
        lstms = [step for code, step in steps if code == LSTM]
        if not lstms:
            continue
        made = {step.outputs[0] for step in lstms}
        for code, step in steps:
            if code == REVERSE and step.inputs[0] in made:
                _share_scale(graph, step.outputs[0], step.inputs[0])
        for step in lstms:
            step.builtinOptions.cellClip = 0.0
            if weights == "int8":
                _store_in_8_bits(model, graph, step)
            if step.intermediates is not None and len(step.intermediates):
                for index in (step.inputs[STATE], step.intermediates[HIDDEN]):
                    _share_scale(graph, step.outputs[0], index)
                cell = graph.tensors[step.inputs[CELL]].quantization
                if cell is not None and cell.scale is not None:
                    cell.scale = [max(float(cell.scale[0]), CELL_SCALE)]
    return serialize(model, len(content))


def _store_in_8_bits(model: Any, graph: Any, step: Any) -> None:
    """Store the matrices of an LSTM as the converter stores large ones: one scale each, around 0.
    Those that are in 8 bits stay."""
    matrices = [graph.tensors[index] for index in step.inputs[MATRICES] if index >= 0]
    for tensor in matrices:
        if tensor.type != schema.TensorType.FLOAT32:
            return
    for tensor in matrices:
        values = np.frombuffer(bytes(model.buffers[tensor.buffer].data), np.float32)
        largest = float(np.abs(values).max()) or 1.0  # of zeros any scale is right
        scale = np.float32(largest / 127)
        rounded = np.rint(values / scale).clip(-127, 127).astype(np.int8)
        users = [one for g in model.subgraphs for one in g.tensors if one.buffer == tensor.buffer]
        if len(users) > 1:
            model.buffers.append(type(model.buffers[0])())
            tensor.buffer = len(model.buffers) - 1
        model.buffers[tensor.buffer].data = np.frombuffer(rounded.tobytes(), np.uint8)
        tensor.type = schema.TensorType.INT8
        tensor.quantization = schema.QuantizationParametersT(scale=[float(scale)], zeroPoint=[0])
    code = model.operatorCodes[step.opcodeIndex]
    code.version = max(code.version, HYBRID)
    step.builtinOptions.asymmetricQuantizeInputs = True


def _share_scale(graph: Any, source: int, target: int) -> None:
    """Give one tensor of a graph the scale of another, if it is quantized."""
    given, taken = (graph.tensors[index].quantization for index in (source, target))
    if given is not None and given.scale is not None and taken is not None:
        taken.scale, taken.zeroPoint = given.scale, given.zeroPoint
        taken.min = taken.max = None
