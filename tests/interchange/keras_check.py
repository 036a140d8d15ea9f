"""Tests `examples/keras/to_safetensors.py`: what Keras predicts, PyTorch's formulas give from the converted tensors.

With `--write` it also writes the fixtures keras.safetensors and keras_outputs.safetensors. Needs keras with a backend
(KERAS_BACKEND), numpy and safetensors.
"""

import os
import sys

import keras
import numpy as np
from keras import layers
from safetensors.numpy import save_file

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{here}/../../examples/keras")
from to_safetensors import convert  # noqa: E402

rng = np.random.default_rng(1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def randomize(model):
    for layer in model.layers:
        layer.set_weights([rng.uniform(0.1 if "var" in w.path else -1, 1, w.shape) for w in layer.weights])
    return model


def dense(t, name, x):
    return x @ t[f"{name}.weight"].T + t[f"{name}.bias"]


def conv(t, name, x, groups=1):  # x: [batch, channels, height, width]
    w, b = t[f"{name}.weight"], t[f"{name}.bias"]
    size = w.shape[2]
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    if groups == 1:
        return np.einsum("bchwij,ocij->bohw", windows, w) + b[:, None, None]
    return np.einsum("bchwij,cij->bchw", windows, w[:, 0]) + b[:, None, None]


def batch_norm(t, name, x):
    w, b, mean, var = (t[f"{name}.{f}"] for f in ("weight", "bias", "running_mean", "running_var"))
    shape = (-1, 1, 1) if x.ndim == 4 else (-1,)
    w, b, mean, var = (a.reshape(shape) for a in (w, b, mean, var))
    return (x - mean) / np.sqrt(var + 1e-5) * w + b


def tensors(t, name, way):
    return (t[f"{name}.{field}{way}"] for field in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"))


def lstm(t, name, x, way=""):
    w, u, b, c = tensors(t, name, way)
    h = cell = np.zeros((len(x), u.shape[1]))
    outputs = []
    for step in range(x.shape[1]):
        i, f, g, o = np.split(x[:, step] @ w.T + b + h @ u.T + c, 4, axis=-1)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(cell)
        outputs.append(h)
    return np.stack(outputs, 1)


def gru(t, name, x, way=""):
    w, u, b, c = tensors(t, name, way)
    h = np.zeros((len(x), u.shape[1]))
    outputs = []
    for step in range(x.shape[1]):
        from_x, from_h = np.split(x[:, step] @ w.T + b, 3, -1), np.split(h @ u.T + c, 3, -1)
        r, z = sigmoid(from_x[0] + from_h[0]), sigmoid(from_x[1] + from_h[1])
        n = np.tanh(from_x[2] + r * from_h[2])
        h = (1 - z) * n + z * h
        outputs.append(h)
    return np.stack(outputs, 1)


def rnn(t, name, x, way=""):
    w, u, b, c = tensors(t, name, way)
    h = np.zeros((len(x), u.shape[1]))
    outputs = []
    for step in range(x.shape[1]):
        h = np.maximum(x[:, step] @ w.T + b + h @ u.T + c, 0)
        outputs.append(h)
    return np.stack(outputs, 1)


def both(layer, t, name, x):
    """All steps of both directions, side by side."""
    return np.concatenate([layer(t, name, x), layer(t, name, x[:, ::-1], "_reverse")[:, ::-1]], -1)


def ends(layer, t, name, x):
    """The states in which both directions end."""
    return np.concatenate([layer(t, name, x)[:, -1], layer(t, name, x[:, ::-1], "_reverse")[:, -1]], -1)


passed = 0


def check(what, model, x, ours):
    global passed
    theirs = np.asarray(model.predict(x, verbose=0))
    error = np.abs(theirs - ours).max()
    if not error < 1e-5:
        sys.exit(f"{what}: differs by {error}")
    print(f"{what}: differs by {error:.1e}")
    passed += 1


def refused(what, model, part):
    global passed
    try:
        convert(model)
    except ValueError as error:
        if part in str(error):
            passed += 1
            return
    sys.exit(f"{what} should be refused")


# the model every tutorial starts with
digits = keras.Sequential(
    [keras.Input((784,)), layers.Dense(10, activation="relu", name="hidden"), layers.Dense(10, activation="softmax", name="output")]
)
x = rng.uniform(0, 1, (2, 784)).astype(np.float32)
digits.predict(x, verbose=0)
t, declaration = convert(digits)
expected = """network! {
    pub struct Network: [784] -> [10] {
        hidden: Dense<784, 10, Relu>,
        output: Dense<10, 10, Softmax>,
    }
}
"""
assert declaration == expected, declaration
check("digits", digits, x, softmax(dense(t, "output", np.maximum(dense(t, "hidden", x), 0))))
if "--write" in sys.argv:
    save_file(t, f"{here}/keras.safetensors", metadata={"format": "pt"})
    outputs = np.asarray(digits.predict(x, verbose=0))
    save_file({"inputs": x, "outputs": outputs}, f"{here}/keras_outputs.safetensors")

# an image: channels last there, channels first here
image = randomize(
    keras.Sequential(
        [
            keras.Input((6, 7, 2)),
            layers.Conv2D(3, 3, activation="relu", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.DepthwiseConv2D(2, activation="tanh", name="depthwise"),
            layers.Flatten(name="flat"),
            layers.Dropout(0.2, name="drop"),
            layers.Dense(4, use_bias=False, name="dense"),
            layers.BatchNormalization(scale=False, name="last"),
            layers.Activation("softmax", name="softmax"),
        ]
    )
)
x = rng.uniform(-1, 1, (3, 6, 7, 2)).astype(np.float32)
t, declaration = convert(image)
assert "[2, 6, 7] -> [4]" in declaration and "conv: Conv2d<2, 3, 3, Relu>," in declaration, declaration
y = batch_norm(t, "norm", np.maximum(conv(t, "conv", x.transpose(0, 3, 1, 2)), 0))
y = np.tanh(conv(t, "depthwise", y, groups=3)).reshape(3, -1)
check("image", image, x, softmax(batch_norm(t, "last", dense(t, "dense", y))))

# every layer over images, for the network of the same name in tests/files/weights.rs
photos = randomize(
    keras.Sequential(
        [
            keras.Input((11, 14, 3)),
            layers.Conv2D(6, (3, 2), strides=(1, 2), padding="same", use_bias=False, name="stem"),
            layers.BatchNormalization(name="norm"),
            layers.Activation("relu", name="act"),
            layers.DepthwiseConv2D(3, strides=2, activation="tanh", name="depth"),
            layers.Conv2D(8, 2, groups=2, dilation_rate=(2, 1), padding="same", name="point"),
            layers.MaxPooling2D(2, strides=1, padding="same", name="most"),
            layers.AveragePooling2D(2, name="mean"),
            layers.Conv2D(4, 2, activation="sigmoid", padding="same", name="last"),
            layers.Flatten(name="flat"),
            layers.BatchNormalization(epsilon=1e-4, name="rows"),
            layers.Dense(3, activation="softmax", name="output"),
        ]
    )
)
t, declaration = convert(photos)
expected = """network! {
    pub struct Network: [3, 11, 14] -> [3] {
        stem: Conv2d<3, 6, (3, 2), stride = (1, 2), padding = same>,
        norm: BatchNorm2d,
        act: Relu,
        depth: DepthwiseConv2d<6, 3, Tanh, stride = 2>,
        point: Conv2d<6, 8, 2, dilation = (2, 1), padding = same, groups = 2>,
        most: MaxPool2d<2, stride = 1, padding = same>,
        mean: AvgPool2d<2, remainder = drop>,
        last: Conv2d<8, 4, 2, Sigmoid, padding = same>,
        flat: Flatten,
        rows: BatchNorm1d,
        output: Dense<8, 3, Softmax>,
    }
}
"""
assert declaration == expected, declaration
passed += 1
if "--write" in sys.argv:
    save_file(t, f"{here}/keras_photos.safetensors", metadata={"format": "pt"})
    x = rng.uniform(-1, 1, (2, 11, 14, 3)).astype(np.float32)
    # channels first, as they are here
    case = {"inputs": np.ascontiguousarray(x.transpose(0, 3, 1, 2)), "outputs": np.asarray(photos.predict(x, verbose=0))}
    save_file(case, f"{here}/keras_photos_outputs.safetensors")

# a sequence
text = randomize(
    keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            layers.Embedding(9, 3, name="embedding"),
            layers.LSTM(4, return_sequences=True, name="lstm"),
            layers.GRU(6, name="gru"),
            layers.Dense(2, activation="sigmoid", name="dense"),
        ]
    )
)
x = rng.integers(0, 9, (3, 5))
t, declaration = convert(text)
y = gru(t, "gru", lstm(t, "lstm", t["embedding.weight"][x]))[:, -1]
check("text", text, x, sigmoid(dense(t, "dense", y)))

assert "gru: Gru<4, 6, return = last>," in declaration and "lstm: Lstm<3, 4>," in declaration, declaration

# a sequence in both directions, and a layer at each step
reader = randomize(
    keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            layers.Embedding(9, 3, name="embed"),
            layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="first"),
            layers.Bidirectional(layers.GRU(3, return_sequences=True), name="second"),
            layers.TimeDistributed(layers.Dense(4, activation="tanh"), name="each"),
            layers.Bidirectional(layers.SimpleRNN(3, activation="relu"), name="third"),
            layers.Dense(2, activation="softmax", name="output"),
        ]
    )
)
t, declaration = convert(reader)
expected = """network! {
    pub struct Network: [5] -> [2] {
        embed: Embedding<9, 3>,
        first: Lstm<3, 4, bidirectional = true>,
        second: Gru<8, 3, bidirectional = true>,
        each: TimeDistributed<Dense<6, 4, Tanh>>,
        third: Rnn<4, 3, Relu, return = last, bidirectional = true>,
        output: Dense<6, 2, Softmax>,
    }
}
"""
assert declaration == expected, declaration
x = rng.integers(0, 9, (4, 5))
y = both(lstm, t, "first", t["embed.weight"][x])
y = np.tanh(dense(t, "each", both(gru, t, "second", y)))
check("reader", reader, x, softmax(dense(t, "output", ends(rnn, t, "third", y))))
if "--write" in sys.argv:
    save_file(t, f"{here}/keras_reader.safetensors", metadata={"format": "pt"})
    outputs = np.asarray(reader.predict(x, verbose=0))
    save_file({"inputs": x.astype(np.float32), "outputs": outputs}, f"{here}/keras_reader_outputs.safetensors")

masked = keras.Sequential([keras.Input((5,), dtype="int32"), layers.Embedding(9, 3, mask_zero=True), layers.GRU(3)])
refused("a token that masks", masked, "mask_zero")
added = keras.Sequential([keras.Input((5, 2)), layers.Bidirectional(layers.GRU(3), merge_mode="sum")])
refused("directions that are added", added, "merge_mode")
refused("another order in the GRU", keras.Sequential([keras.Input((5, 2)), layers.GRU(3, reset_after=False)]), "reset_after")
refused("a layer that is not here", keras.Sequential([keras.Input((5, 2)), layers.Conv1D(3, 2)]), "Conv1D")
refused("an activation that is not here", keras.Sequential([keras.Input((5,)), layers.Dense(2, "elu")]), "elu")
refused("another epsilon", keras.Sequential([keras.Input((5,)), layers.LayerNormalization()]), "epsilon")

# what would be converted into something that computes something else
image, steps = keras.Input((4, 4, 3)), keras.Input((5, 2))


def chain(start, *more):
    return keras.Sequential([keras.Input(start.shape[1:]), *more])


refused("another axis", chain(image, layers.BatchNormalization(axis=1)), "not over axis 1")
refused("sequences", chain(steps, layers.BatchNormalization()), "BatchNormalization of sequences")
refused("all axes", chain(steps, layers.LayerNormalization(axis=[1, 2], epsilon=1e-5)), "not over axis [1, 2]")
refused("channels of an image", chain(image, layers.LayerNormalization(epsilon=1e-5)), "not of images")
refused("a softmax of an image", chain(image, layers.Conv2D(2, 1, activation="softmax")), "softmax")
refused("the same by itself", chain(image, layers.Activation("softmax")), "softmax")
refused("channels first", chain(image, layers.Flatten(data_format="channels_first"), layers.Dense(2)), "channels_first")
refused("a Flatten at the end", chain(image, layers.Flatten()), "a Dense is expected")
refused("a Dense at each step", chain(steps, layers.Dense(2)), "TimeDistributed")
refused("a Dense at each pixel", chain(image, layers.Dense(2)), "TimeDistributed")
refused("a mean with axes", chain(image, layers.GlobalAveragePooling2D(keepdims=True)), "keepdims")

vector, twice = keras.Input((3,)), layers.Dense(3)
refused("a layer that is used twice", keras.Model(vector, twice(twice(vector))), "used 2 times")
one, other = layers.Dense(2, name="one")(vector), layers.Dense(2, name="other")(vector)
refused("branches", keras.Model(vector, [one, other]), "`other`")
refused("a sum", keras.Model(vector, layers.Add()([layers.Dense(3)(vector), vector])), "only a chain")
plain = randomize(keras.Model(vector, layers.Dense(2, name="two")(layers.Dense(4, "tanh", name="four")(vector))))
t, declaration = convert(plain)
x = rng.uniform(-1, 1, (5, 3))
check("a functional chain", plain, x, dense(t, "two", np.tanh(dense(t, "four", x))))
print(f"{passed} passed, 0 failed")
