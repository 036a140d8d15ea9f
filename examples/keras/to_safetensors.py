#!/usr/bin/env python3
"""From a Keras model to a safetensors file that `congruent` loads, and the declaration that fits it.

    pip install keras jax safetensors            # or with torch or tensorflow in place of jax
    KERAS_BACKEND=jax python3 to_safetensors.py digits.keras digits.safetensors

The file has PyTorch's names and layouts, `hidden.weight` of `[outputs, inputs]`; the modules are called as the layers of
the model. What is done on the way:

| layer | what changes |
|---|---|
| Dense | `kernel` is transposed; after a Flatten of an image its inputs are sorted channels first |
| Conv2D, DepthwiseConv2D | `kernel` from `[height, width, in, out]` to `[out, in, height, width]` |
| BatchNormalization | `gamma`, `beta`, `moving_mean`, `moving_variance` renamed; the difference of the two epsilons goes into the variance |
| LayerNormalization | `gamma`, `beta` renamed; its epsilon must be 1e-5 |
| LSTM | transposed; the order of the gates, i f g o, is that of PyTorch; the one bias is `bias_ih_l0`, and `bias_hh_l0` is zero |
| GRU | transposed; gates from z r h to r z n; the two rows of the bias are the two biases |
| SimpleRNN | transposed; the one bias is `bias_ih_l0`, and `bias_hh_l0` is zero |
| Bidirectional | the layer in it, twice; the tensors of the second have `_reverse` at their ends |
| TimeDistributed | the layer in it |
| Embedding | as it is |

A recurrent layer of Keras gives its last step unless it is told `return_sequences=True`; here it is the other way round.

What has the same name here but computes something else is refused: normalisation over another axis than the last, BatchNormalization of
sequences, LayerNormalization or a softmax of images, a Flatten with channels_first, a Dense at each step. A functional model is converted
if it is a chain: each layer used once, taking what the one before it gives.

`convert(model)` gives the tensors, the text of the declaration, and raises `ValueError` where there is no equivalent.
"""

import sys

import numpy as np

EPSILON = 1e-5  # of batch and layer normalisation in PyTorch, and here
ACTIVATIONS = {
    "linear": "Linear",
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "gelu": "Gelu",
    "silu": "Silu",
    "swish": "Silu",
    "softmax": "Softmax",
}
# layers that have no weights, with what they are called here
PLAIN = {
    "Dropout": "Dropout<{rate}>",
    "Flatten": "Flatten",
    "GlobalAveragePooling1D": "MeanOverTime",
    "GlobalAveragePooling2D": "GlobalAvgPool",
    "InputLayer": None,
}
POOLS = {"MaxPooling2D": "MaxPool2d", "AveragePooling2D": "AvgPool2d"}


def convert(model):
    """The tensors of a chain of layers, and the `network!` that fits them."""
    must_be_a_chain(model)
    tensors, lines = {}, []
    order = None  # how the inputs of the next dense layer are to be sorted
    for layer in model.layers:
        kind, config, name = type(layer).__name__, layer.get_config(), layer.name
        weights = arrays(layer)
        if config.get("data_format") == "channels_first" and kind != "Flatten":
            raise ValueError(f"`{name}`: only channels_last, which is Keras' own, is converted")
        if kind != "InputLayer":
            must_mean_the_same(layer, kind, config)
        if kind == "Flatten":
            shape = layer.input.shape[1:]
            if len(shape) == 3:  # an image: [height, width, channels] there, [channels, height, width] here
                order = np.arange(np.prod(shape)).reshape(shape).transpose(2, 0, 1).ravel()
            lines.append((name, "Flatten"))
            continue
        if kind == "Activation":
            lines.append((name, activation(layer, "activation")))
            continue
        if kind in PLAIN:
            if PLAIN[kind]:
                lines.append((name, PLAIN[kind].format(**config)))
            continue
        if kind in POOLS:
            size = config["pool_size"]
            if kind == "AveragePooling2D" and config["padding"] == "same":
                raise ValueError(f"`{name}`: Keras does not count padding in a mean, which is counted here")
            lines.append((name, f"{POOLS[kind]}<{sides(size)}{window(layer, config, size, size)}>"))
            continue
        if kind not in CONVERTERS:
            raise ValueError(f"`{name}`: there is no layer here for a {kind}")
        if order is not None and kind == "BatchNormalization":
            weights = {field: array[order] for field, array in weights.items()}
        elif order is not None:
            if kind != "Dense":
                raise ValueError(f"`{name}`: after the Flatten of an image a Dense is expected")
            weights["kernel"] = weights["kernel"][order]
            order = None
        fields, line = CONVERTERS[kind](layer, config, weights)
        lines.append((name, line))
        tensors |= {f"{name}.{field}": np.ascontiguousarray(array) for field, array in fields.items()}
    if order is not None:
        raise ValueError(f"`{model.layers[-1].name}`: after the Flatten of an image a Dense is expected")
    sizes = [list(model.input_shape[1:]), list(model.output_shape[1:])]
    sizes = [[size[2], size[0], size[1]] if len(size) == 3 else size for size in sizes]
    body = "".join(f"        {name}: {line},\n" for name, line in lines)
    declaration = f"network! {{\n    pub struct Network: {sizes[0]} -> {sizes[1]} {{\n{body}    }}\n}}\n"
    return tensors, declaration


def must_be_a_chain(model):
    """Each layer of a functional model is used once, and takes what the one before it gives."""
    config = model.get_config()
    if "input_layers" not in config:
        return  # a Sequential
    before = None
    for layer in config["layers"]:
        name, nodes = layer.get("name") or layer["config"]["name"], layer["inbound_nodes"]
        if before is None and not nodes:
            before = name
            continue
        if len(nodes) != 1:
            raise ValueError(f"`{name}`: a layer that is used {len(nodes)} times is not converted, only a chain is")
        if histories(nodes[0]) != [[before, 0, 0]]:
            raise ValueError(f"`{name}`: only a chain of layers is converted, and it does not take what `{before}` gives")
        before = name


def histories(node):
    """The tensors that a node of a functional model takes, by the layers that give them."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            return [list(node["config"]["keras_history"])]
        node = list(node.values())
    return [found for inner in node for found in histories(inner)] if isinstance(node, (list, tuple)) else []


def must_mean_the_same(layer, kind, config):
    """Refuses what has a name here, but computes something else."""
    rank = len(layer.input.shape)

    def refuse(what):
        raise ValueError(f"`{layer.name}`: {what}")

    if kind == "Flatten" and config.get("data_format") == "channels_first" and rank > 2:
        refuse("a Flatten with data_format channels_first is not converted")
    if kind == "Flatten" and rank > 4:
        refuse("a Flatten of more than an image is not converted")
    if kind in ("BatchNormalization", "LayerNormalization"):
        axis = config["axis"]
        if (list(axis) if isinstance(axis, (list, tuple)) else [axis]) not in ([-1], [rank - 1]):
            refuse(f"normalised over the last axis is converted, not over axis {axis}")
    if kind == "BatchNormalization" and rank not in (2, 4):
        refuse("BatchNormalization of sequences is not converted, only of vectors and images")
    if kind == "LayerNormalization" and (rank > 3 or config.get("rms_scaling")):
        refuse("LayerNormalization of vectors and steps is converted, not of images or with rms_scaling")
    if kind == "Dense" and rank != 2:
        refuse("a Dense over each step is converted as TimeDistributed(Dense(...))")
    if kind == "TimeDistributed" and rank != 3:
        refuse("TimeDistributed over vectors is converted, not over images")
    if kind.startswith("GlobalAveragePooling") and config.get("keepdims"):
        refuse("keepdims=True is not converted")
    if rank == 4 and getattr(getattr(layer, "activation", None), "__name__", "") == "softmax":
        refuse("a softmax over the channels of an image is not converted, for here it is over its rows")


def arrays(layer):
    """The weights of a layer by the last word of their names."""
    return {weight.path.rsplit("/", 1)[1]: np.asarray(weight, np.float32) for weight in layer.weights}


def activation(layer, field):
    function = getattr(layer, field)
    name = getattr(function, "__name__", str(function))
    if name not in ACTIVATIONS:
        raise ValueError(f"`{layer.name}`: there is no activation here for {name}")
    return ACTIVATIONS[name]


def ending(layer):
    """The activation as the last argument of a layer; none where it is linear."""
    name = activation(layer, "activation")
    return "" if name == "Linear" else f", {name}"


def dense(layer, config, weights):
    kernel = weights["kernel"]
    inputs, outputs = kernel.shape
    bias = weights.get("bias", np.zeros(outputs, np.float32))
    return {"weight": kernel.T, "bias": bias}, f"Dense<{inputs}, {outputs}{ending(layer)}>"


def sides(pair):
    """One number, or where height and width differ, both."""
    return f"{pair[0]}" if pair[0] == pair[1] else f"({pair[0]}, {pair[1]})"


def window(layer, config, size, usual=(1, 1)):
    """The settings of a window of a size; `usual` are its strides where none are written."""
    strides, dilation = tuple(config["strides"]), tuple(config.get("dilation_rate", (1, 1)))
    text = f", stride = {sides(strides)}" if strides != tuple(usual) else ""
    text += f", dilation = {sides(dilation)}" if dilation != (1, 1) else ""
    if config["padding"] == "same":
        return text + ", padding = same"
    # what the windows leave over at the end, Keras leaves out without a word
    places = zip(layer.input.shape[1:3], size, dilation, strides)
    over = any((side - (taps - 1) * apart - 1) % stride for side, taps, apart, stride in places)
    return text + (", remainder = drop" if over else "")


def conv2d(layer, config, weights):
    kernel, groups = weights["kernel"], config["groups"]
    height, width, depth, outputs = kernel.shape
    settings = window(layer, config, (height, width)) + (f", groups = {groups}" if groups > 1 else "")
    bias = weights.get("bias", np.zeros(outputs, np.float32))
    line = f"Conv2d<{depth * groups}, {outputs}, {sides((height, width))}{ending(layer)}{settings}>"
    return {"weight": kernel.transpose(3, 2, 0, 1), "bias": bias}, line


def depthwise_conv2d(layer, config, weights):
    kernel = weights["kernel"]
    height, width, inputs, multiplier = kernel.shape
    if multiplier != 1:
        raise ValueError(f"`{layer.name}`: one filter a channel is converted, not {multiplier}")
    bias = weights.get("bias", np.zeros(inputs, np.float32))
    line = f"DepthwiseConv2d<{inputs}, {sides((height, width))}{ending(layer)}{window(layer, config, (height, width))}>"
    return {"weight": kernel.transpose(2, 3, 0, 1), "bias": bias}, line


def batch_normalization(layer, config, weights):
    variance = weights["moving_variance"]
    size = len(variance)
    fields = {
        "weight": weights.get("gamma", np.ones(size, np.float32)),
        "bias": weights.get("beta", np.zeros(size, np.float32)),
        "running_mean": weights["moving_mean"],
        "running_var": variance + np.float32(config["epsilon"] - EPSILON),
    }
    return fields, "BatchNorm2d" if len(layer.input.shape) == 4 else "BatchNorm1d"


def layer_normalization(layer, config, weights):
    if abs(config["epsilon"] - EPSILON) > 1e-12:
        raise ValueError(f"`{layer.name}`: an epsilon of {EPSILON} is expected, not {config['epsilon']}")
    size = next(iter(weights.values())).shape
    fields = {"weight": weights.get("gamma", np.ones(size, np.float32))}
    fields["bias"] = weights.get("beta", np.zeros(size, np.float32))
    return fields, "LayerNorm"


def settings(config):
    """Those of a recurrent layer."""
    return "" if config["return_sequences"] else ", return = last"


def recurrent(layer, config):
    wanted = {"activation": "tanh", "recurrent_activation": "sigmoid"}
    for field, name in wanted.items():
        if config[field] != name:
            raise ValueError(f"`{layer.name}`: its {field} should be {name}, as in PyTorch, not {config[field]}")
    if config["go_backwards"]:
        raise ValueError(f"`{layer.name}`: running backwards is not converted")


def lstm(layer, config, weights):
    recurrent(layer, config)
    kernel, hidden = weights["kernel"], weights["recurrent_kernel"]
    bias = weights.get("bias", np.zeros(kernel.shape[1], np.float32))
    fields = {"weight_ih_l0": kernel.T, "weight_hh_l0": hidden.T, "bias_ih_l0": bias, "bias_hh_l0": 0 * bias}
    return fields, f"Lstm<{kernel.shape[0]}, {hidden.shape[0]}{settings(config)}>"


def gru(layer, config, weights):
    recurrent(layer, config)
    if not config["reset_after"]:
        raise ValueError(f"`{layer.name}`: reset_after=True is expected, which is how PyTorch does it")
    kernel, hidden = weights["kernel"], weights["recurrent_kernel"]
    bias = weights.get("bias", np.zeros((2, kernel.shape[1]), np.float32))

    def gates(array):  # z r h along the last axis to r z n
        z, r, h = np.split(array, 3, axis=-1)
        return np.concatenate([r, z, h], axis=-1)

    fields = {"weight_ih_l0": gates(kernel).T, "weight_hh_l0": gates(hidden).T}
    fields |= {"bias_ih_l0": gates(bias)[0], "bias_hh_l0": gates(bias)[1]}
    return fields, f"Gru<{kernel.shape[0]}, {hidden.shape[0]}{settings(config)}>"


def simple_rnn(layer, config, weights):
    if config["go_backwards"]:
        raise ValueError(f"`{layer.name}`: running backwards is not converted")
    kernel, hidden = weights["kernel"], weights["recurrent_kernel"]
    bias = weights.get("bias", np.zeros(kernel.shape[1], np.float32))
    fields = {"weight_ih_l0": kernel.T, "weight_hh_l0": hidden.T, "bias_ih_l0": bias, "bias_hh_l0": 0 * bias}
    function = activation(layer, "activation")
    ending = "" if function == "Tanh" else f", {function}"
    return fields, f"Rnn<{kernel.shape[0]}, {hidden.shape[0]}{ending}{settings(config)}>"


def bidirectional(layer, config, weights):
    if config["merge_mode"] != "concat":
        raise ValueError(f"`{layer.name}`: a merge_mode of concat is expected, not {config['merge_mode']}")
    fields, line = converted(layer.forward_layer)
    backward = layer.backward_layer
    if not backward.go_backwards:
        raise ValueError(f"`{layer.name}`: its second layer does not run backwards")
    reverse, _ = converted(backward, go_backwards=False)
    fields |= {f"{field}_reverse": array for field, array in reverse.items()}
    return fields, f"{line[:-1]}, bidirectional = true>"


def time_distributed(layer, config, weights):
    fields, line = converted(layer.layer)
    return fields, f"TimeDistributed<{line}>"


def converted(layer, **changes):
    """The tensors and the text of a layer within another."""
    kind = type(layer).__name__
    if kind not in CONVERTERS:
        raise ValueError(f"`{layer.name}`: there is no layer here for a {kind}")
    return CONVERTERS[kind](layer, layer.get_config() | changes, arrays(layer))


def embedding(layer, config, weights):
    if config["mask_zero"]:
        raise ValueError(f"`{layer.name}`: sequences have lengths here, and no token that masks (mask_zero)")
    table = weights["embeddings"]
    return {"weight": table}, f"Embedding<{table.shape[0]}, {table.shape[1]}>"


CONVERTERS = {
    "Dense": dense,
    "Conv2D": conv2d,
    "DepthwiseConv2D": depthwise_conv2d,
    "BatchNormalization": batch_normalization,
    "LayerNormalization": layer_normalization,
    "LSTM": lstm,
    "GRU": gru,
    "SimpleRNN": simple_rnn,
    "Bidirectional": bidirectional,
    "TimeDistributed": time_distributed,
    "Embedding": embedding,
}


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: to_safetensors.py MODEL.keras FILE.safetensors")
    import keras
    from safetensors.numpy import save_file

    try:
        tensors, declaration = convert(keras.models.load_model(sys.argv[1], compile=False))
    except ValueError as error:
        sys.exit(f"{sys.argv[1]}: {error}")
    save_file(tensors, sys.argv[2], metadata={"format": "pt"})
    print(declaration)


if __name__ == "__main__":
    main()
