"""The networks that people bring, in PyTorch, TensorFlow, JAX and ONNX Runtime; for the last, files that `ours` has written.

Each function measures them in one program: `torch`, `tensorflow`, `jax`, `onnxruntime`, each of what it is known to be good at.
"""

import numpy as np

MOBILE = "MobileNet 0.25, 96×96"
RESNET = "ResNet-8, 32×32"
ONE = "Conv2d 64-64, 32×32"
TWO = "two Conv2d 64-64, 32×32"
LSTM = "LSTM 64-128 over 64 steps"
TRANSFORMER = "Transformer 2×(128, 4, 512) over 64 steps"
WIDE = "2048-2048-2048-1000"

# name, batch and shape of a sample
INFER = [
    (MOBILE, 1, (3, 96, 96)),
    (RESNET, 1, (3, 32, 32)),
    (RESNET, 32, (3, 32, 32)),
    (ONE, 1, (64, 32, 32)),
    (LSTM, 1, (64, 64)),
    (TRANSFORMER, 1, (64, 128)),
    (TRANSFORMER, 16, (64, 128)),
    (WIDE, 1, (2048,)),
]


def label(name, batch):
    return f"infer {name}, " + ("one sample" if batch == 1 else f"batch {batch}")


def samples(batch, shape):
    return np.random.default_rng(1).uniform(-1, 1, (batch, *shape)).astype(np.float32)


# of MobileNet: filters and strides, a depthwise convolution and one of a single place each
PAIRS = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1)]


def torch_networks(nn):
    class Residual(nn.Module):
        def __init__(self, layers, shortcut=None):
            super().__init__()
            self.layers, self.shortcut = layers, shortcut or nn.Identity()

        def forward(self, x):
            return nn.functional.relu(self.layers(x) + self.shortcut(x))

    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.read = nn.LSTM(64, 128, batch_first=True)

        def forward(self, x):
            return self.read(x)[0][:, -1]

    class Mean(nn.Module):
        def forward(self, x):
            return x.mean(1)

    def conv(i, o, kernel=3, **settings):
        return nn.Conv2d(i, o, kernel, padding=kernel // 2, **settings)

    def mobile():
        layers, channels = [conv(3, 8, stride=2), nn.ReLU()], 8
        for filters, stride in PAIRS:
            layers += [conv(channels, channels, stride=stride, groups=channels), nn.ReLU()]
            layers += [conv(channels, filters, 1), nn.ReLU()]
            channels = filters
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(256, 10))

    def resnet(norms):
        def part(i, o, act, **settings):
            norm = [nn.BatchNorm2d(o)] if norms else []
            return [conv(i, o, bias=not norms, **settings), *norm, *([nn.ReLU()] if act else [])]

        def block(i, o, stride, shortcut):
            layers = nn.Sequential(*part(i, o, True, stride=stride), *part(o, o, False))
            return Residual(layers, conv(i, o, 1, stride=stride) if shortcut else None)

        blocks = [block(16, 16, 1, False), block(16, 32, 2, True), block(32, 64, 2, True)]
        return nn.Sequential(*part(3, 16, True), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))

    def convs(count):
        layers = [layer for _ in range(count) for layer in (conv(64, 64), nn.ReLU())]
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))

    def encoders():
        layer = lambda: nn.TransformerEncoderLayer(128, 4, 512, dropout=0, batch_first=True)
        return nn.Sequential(layer(), layer(), Mean(), nn.Linear(128, 10))

    return {
        MOBILE: mobile,
        RESNET: lambda: resnet(False),
        RESNET + ", with norms": lambda: resnet(True),
        ONE: lambda: nn.Sequential(conv(64, 64), nn.ReLU()),
        TWO: lambda: convs(2),
        LSTM: lambda: nn.Sequential(Last(), nn.Linear(128, 10)),
        TRANSFORMER: encoders,
        WIDE: lambda: nn.Sequential(
            nn.Linear(2048, 2048), nn.ReLU(), nn.Linear(2048, 2048), nn.ReLU(), nn.Linear(2048, 1000)
        ),
    }


TRAIN = [
    (MOBILE, 8, (3, 96, 96)),
    (RESNET + ", with norms", 32, (3, 32, 32)),
    (TWO, 16, (64, 32, 32)),
    (LSTM, 32, (64, 64)),
    (TRANSFORMER, 16, (64, 128)),
]


def torch(measure):
    """Images with channels last, which is what it is fast with."""
    import torch

    networks = torch_networks(torch.nn)

    def made(name, batch, shape):
        images = {"memory_format": torch.channels_last} if len(shape) == 3 else {}
        return networks[name]().to(**images), torch.tensor(samples(batch, shape)).to(**images)

    with torch.inference_mode():
        for name, batch, shape in INFER:
            net, x = made(name, batch, shape)
            net.eval()
            measure(label(name, batch), lambda: net(x))
    for name, batch, shape in TRAIN:
        net, x = made(name, batch, shape)
        adam, targets = torch.optim.Adam(net.parameters(), 1e-4, fused=True), torch.arange(batch) % 10

        def step():
            adam.zero_grad()
            torch.nn.functional.cross_entropy(net(x), targets).backward()
            adam.step()

        measure(f"train {name}, batch {batch}", step)


def tensorflow(tf, measure):
    """Convolutions alone, channels last."""
    keras = tf.keras
    layers = [keras.layers.Conv2D(64, 3, padding="same", activation="relu") for _ in range(2)]
    net = keras.Sequential(
        [keras.Input((32, 32, 64)), *layers, keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)]
    )
    adam = keras.optimizers.Adam(1e-4)
    adam.build(net.trainable_variables)
    x = tf.constant(samples(16, (32, 32, 64)))
    targets = tf.range(16) % 10

    @tf.function
    def step(x, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(targets, net(x, training=True)))
        adam.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)
        return loss

    measure(f"train {TWO}, batch 16", lambda: step(x, targets).numpy())


def jax_adam(jax, forward):
    """A step of Adam on the cross-entropy of what `forward` gives."""
    jnp = jax.numpy

    def loss(params, x, targets):
        logs = jax.nn.log_softmax(forward(params, x))
        return -jnp.mean(jnp.take_along_axis(logs, targets[:, None], 1))

    def step(state, x, targets):
        params, m, v, t = state
        value, grads = jax.value_and_grad(loss)(params, x, targets)
        t = t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
        rate, root = 1e-4 / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
        params = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) * root + 1e-8), params, m, v)
        return (params, m, v, t), value

    return step


def jax_state(jax, params):
    """What that step changes, before the first."""
    zeros = jax.tree.map(jax.numpy.zeros_like, params)
    return params, zeros, jax.tree.map(jax.numpy.zeros_like, params), jax.numpy.float32(0)


def jax(jax, measure):
    """The transformer and the dense networks."""
    jnp, rng = jax.numpy, np.random.default_rng(2)

    def weight(i, o):
        return jnp.asarray(rng.normal(0, i**-0.5, (i, o)).astype(np.float32)), jnp.zeros(o)

    def norm(x, p):
        mean = x.mean(-1, keepdims=True)
        return (x - mean) * jax.lax.rsqrt(((x - mean) ** 2).mean(-1, keepdims=True) + 1e-5) * p[0] + p[1]

    def dense(x, p):
        return x @ p[0] + p[1]

    def encoder(p, x):
        batch, steps, _ = x.shape
        heads = dense(x, p["in"]).reshape(batch, steps, 3, 4, 32)
        q, k, v = (heads[:, :, i].swapaxes(1, 2) for i in range(3))
        scores = jax.nn.softmax(q @ k.swapaxes(2, 3) * 32**-0.5)
        context = (scores @ v).swapaxes(1, 2).reshape(batch, steps, 128)
        x = norm(x + dense(context, p["out"]), p["norm1"])
        return norm(x + dense(jax.nn.relu(dense(x, p["up"])), p["down"]), p["norm2"])

    def layer():
        parts = {"in": weight(128, 384), "out": weight(128, 128), "up": weight(128, 512), "down": weight(512, 128)}
        return parts | {name: (jnp.ones(128), jnp.zeros(128)) for name in ("norm1", "norm2")}

    def forward(params, x):
        for p in params[:-1]:
            x = encoder(p, x)
        return dense(x.mean(1), params[-1])

    params = [layer(), layer(), weight(128, 10)]
    for batch in (1, 16):
        x, infer = jnp.asarray(samples(batch, (64, 128))), jax.jit(lambda p, x: jax.nn.softmax(forward(p, x)))
        measure(label(TRANSFORMER, batch), lambda: infer(params, x).block_until_ready())

    state = [jax_state(jax, params)]
    x, targets, step = jnp.asarray(samples(16, (64, 128))), jnp.arange(16) % 10, jax.jit(jax_adam(jax, forward), donate_argnums=0)

    def work():
        state[0], value = step(state[0], x, targets)
        value.block_until_ready()

    measure(f"train {TRANSFORMER}, batch 16", work)

    params = [weight(2048, 2048), weight(2048, 2048), weight(2048, 1000)]

    def wide(params, x):
        for p in params[:-1]:
            x = jax.nn.relu(dense(x, p))
        return jax.nn.softmax(dense(x, params[-1]))

    x, infer = jnp.asarray(samples(1, (2048,))), jax.jit(wide)
    measure(label(WIDE, 1), lambda: infer(params, x).block_until_ready())


def onnxruntime(ort, options, measure):
    for name, batch, shape in INFER:
        session = ort.InferenceSession(f"models/{name}.onnx", options, providers=["CPUExecutionProvider"])
        binding = session.io_binding()
        output = session.get_outputs()[0]
        x = samples(batch, shape)
        sizes = session.run(None, {"input": x})[0].shape
        out = ort.OrtValue.ortvalue_from_numpy(np.zeros(sizes, np.float32))
        binding.bind_ortvalue_input("input", ort.OrtValue.ortvalue_from_numpy(x))
        binding.bind_ortvalue_output(output.name, out)
        measure(label(name, batch), lambda: session.run_with_iobinding(binding))
