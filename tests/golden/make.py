"""Writes the golden files beside this script: what PyTorch computes, for `tests/parity/parity.rs` to compare with.

    pip install torch numpy
    python tests/golden/make.py

Made with torch 2.15.0 and numpy 2.4.6 on the CPU. Random numbers are seeded by the name of their case, so that a new case leaves the
others as they are.

Each case is computed twice: in float64, whose results are written, rounded to float32, so that they carry no rounding errors of
PyTorch's own; and in float32, as PyTorch users run it, which must agree with them within the tolerance of the tests.

A golden file is text. A line with a name and a shape, then the numbers, a line for each row of the innermost dimension:

    dense/Relu/bias 4
    0.25 -0.5 1.0 0.125

Numbers are the shortest decimals that read back as the same float32. A line that begins with `#` is a comment.
"""

import zlib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent


def random(name, *shape, scale=1.0):
    """Normal numbers with few digits."""
    numbers = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape)
    return tensor(np.round(numbers * scale, 3))


def classes(name, samples, count):
    return torch.tensor(np.random.RandomState(zlib.crc32(name.encode())).randint(0, count, samples))


def tensor(values):
    """The float32 nearest to each value, in the type that is being computed with."""
    return torch.tensor(np.asarray(values, dtype=np.float32)).to(torch.get_default_dtype())


def parameters_as_golden(module, name):
    """Sets the parameters of a module to random numbers and returns them as one vector, in PyTorch's order."""
    with torch.no_grad():
        for i, parameter in enumerate(module.parameters()):
            parameter.copy_(random(f"{name}/parameters/{i}", *parameter.shape, scale=0.5))
    return nn.utils.parameters_to_vector(module.parameters()).detach().clone()


def gradients(module):
    return nn.utils.parameters_to_vector([parameter.grad for parameter in module.parameters()])


# --------------------------------------------------------------------------------------------------------------------------------------
# Activations

# Pairs of both signs, from the smallest to what saturates; and 0, where Relu and LeakyRelu have the slope of negative numbers.
EDGES = [
    [0.0, 1e-30, -1e-30, 1e-6, -1e-6, 1e-3, -1e-3, 0.1, -0.1],
    [0.25, -0.25, 0.5, -0.5, 0.625, -0.625, 1.0, -1.0, 1.5],
    [-1.5, 2.0, -2.0, 3.0, -3.0, 4.5, -4.5, 6.0, -6.0],
    [9.0, -9.0, 15.0, -15.0, 30.0, -30.0, 100.0, -100.0, 50.0],
]

# Softmax sees whole rows: even, near, far apart, with ties, far from zero.
ROWS = [
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [1e-6, -1e-6, 1e-3, -1e-3, 0.1, -0.1],
    [1.5, -0.5, 2.0, 0.25, -3.0, 1.0],
    [30.0, -30.0, 29.0, 30.0, 0.0, 28.5],
    [100.0, -100.0, 99.0, 100.0, 30.0, 1.0],
    [-100.0, -101.0, -100.5, -130.0, -99.0, -100.0],
    [10000.0, 9999.0, 0.0, -10000.0, 9998.0, 9997.5],
]

ACTIVATIONS = {
    "Linear": lambda x: x * 1.0,
    "Relu": F.relu,
    "LeakyRelu": F.leaky_relu,
    "Sigmoid": torch.sigmoid,
    "Tanh": torch.tanh,
    "Gelu": F.gelu,
    "Silu": F.silu,
    "Softmax": lambda x: F.softmax(x, dim=-1),
    "Elu": F.elu,
    "Selu": F.selu,
    "Softplus": F.softplus,
    "Mish": F.mish,
    "HardSigmoid": F.hardsigmoid,
    "HardSwish": F.hardswish,
    "Relu6": F.relu6,
    "Hardtanh": F.hardtanh,
    "LogSoftmax": lambda x: F.log_softmax(x, dim=-1),
}

ROW_BY_ROW = ["Softmax", "LogSoftmax"]


def chain_rule(function, name, *shape):
    """The value `y` of a function of the inputs `x`, random `dy`, and what the chain rule makes of them."""
    x = tensor(shape[0]) if isinstance(shape[0], list) else random(f"{name}/x", *shape)
    x.requires_grad_()
    y = function(x)
    dy = random(f"{name}/dy", *y.shape)
    y.backward(dy)
    return {f"{name}/x": x, f"{name}/y": y, f"{name}/dy": dy, f"{name}/dx": x.grad}


def activations():
    for name, activation in ACTIVATIONS.items():
        yield from chain_rule(activation, name, ROWS if name in ROW_BY_ROW else EDGES).items()


# --------------------------------------------------------------------------------------------------------------------------------------
# Layers and networks


class Activation(nn.Module):
    def __init__(self, name):
        super().__init__()
        self.activation = ACTIVATIONS[name]

    def forward(self, x):
        return self.activation(x)


def dense(inputs, outputs, activation):
    return nn.Sequential(nn.Linear(inputs, outputs), Activation(activation))


def layer(name, module, *shape):
    """A layer with random parameters, forward and backward for random inputs."""
    if list(module.parameters()):
        parameters_as_golden(module, name)
    yield from chain_rule(module, name, *shape).items()
    for path, value in module.named_parameters():
        parameter = path.split(".")[-1]
        yield f"{name}/{parameter}", value
        yield f"{name}/{parameter}/gradient", value.grad


def network(name, module, *shape):
    """A network likewise, with all its parameters as one vector."""
    yield f"{name}/parameters", parameters_as_golden(module, name)
    yield from chain_rule(module, name, *shape).items()
    yield f"{name}/gradient", gradients(module)


def deep():
    return nn.Sequential(dense(6, 8, "Gelu"), dense(8, 7, "Tanh"), dense(7, 4, "Softmax"))


def normalized():
    return nn.Sequential(dense(6, 8, "Silu"), nn.LayerNorm(8), dense(8, 3, "Sigmoid"))


class Gate(nn.Module):
    """What comes in, multiplied with what some layers make of it, whose last dimensions are as many or 1."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x * self.layers(x)


def squeeze_and_excite(channels, hidden):
    ends = [nn.AdaptiveAvgPool2d(1), nn.Flatten()], [nn.Unflatten(1, (channels, 1, 1))]
    return Gate(*ends[0], dense(channels, hidden, "Relu"), dense(hidden, channels, "Sigmoid"), *ends[1])


def layers():
    for activation in ACTIVATIONS:
        yield from layer(f"dense/{activation}", dense(5, 4, activation), 3, 5)
    yield from layer("layer_norm/vector", nn.LayerNorm(6), 3, 6)
    yield from layer("layer_norm/sequence", nn.LayerNorm(5), 2, 4, 5)
    # rows whose variance is not far above epsilon, rows far from zero, a row without variance
    rows = [[0.001, 0.002, 0.0, -0.001, 0.003], [10.5, 9.0, 11.25, 10.0, 8.5], [0.0, 100.0, 0.0, 0.0, 0.0], [2.0, 2.0, 2.0, 2.0, 2.0]]
    yield from layer("layer_norm/edges", nn.LayerNorm(5), rows)
    single = float(np.finfo(np.float32).eps)  # PyTorch's default is that of the type that is computed with
    yield from layer("rms_norm/vector", nn.RMSNorm(6, eps=single), 3, 6)
    yield from layer("rms_norm/sequence", nn.RMSNorm(5, eps=single), 2, 4, 5)
    yield from layer("rms_norm/edges", nn.RMSNorm(5, eps=single), rows[:3])
    yield from layer("group_norm/image", nn.GroupNorm(2, 4), 3, 4, 2, 3)
    yield from layer("group_norm/signal", nn.GroupNorm(3, 6), 2, 6, 5)
    yield from layer("group_norm/one", nn.GroupNorm(1, 3), 2, 3, 3, 2)
    yield from layer("instance_norm/affine", nn.InstanceNorm2d(3, affine=True), 3, 3, 2, 4)
    yield from layer("instance_norm/plain", nn.InstanceNorm2d(3), 3, 3, 2, 4)
    yield from layer("prelu/one", nn.PReLU(), 3, 7)
    yield from layer("prelu/edges", nn.PReLU(), EDGES)
    yield from layer("prelu/channels", nn.PReLU(3), 2, 3, 2, 4)
    largest = nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())
    yield from layer("global_max_pool/random", largest, 3, 2, 3, 4)
    ties = [[[[1.0, 2.0, 2.0], [2.0, 0.0, 1.0]], [[-1.0, -1.0, -1.0], [-3.0, -1.0, -2.0]]]]
    yield from layer("global_max_pool/ties", largest, ties)
    yield from network("multiply/channels", squeeze_and_excite(4, 3), 3, 4, 2, 3)
    yield from network("multiply/each", Gate(dense(5, 5, "Sigmoid")), 3, 5)
    yield from network("network/deep", deep(), 5, 6)
    yield from network("network/normalized", normalized(), 5, 6)


# --------------------------------------------------------------------------------------------------------------------------------------
# Losses. All are means over samples, and, but for cross-entropy, over the elements of each sample: PyTorch's `reduction="mean"`.


def loss(name, function, logits, targets):
    """The loss of the outputs for these logits, and its derivative by the logits."""
    z = logits.clone().requires_grad_()
    value = function(z, targets)
    value.backward()
    return {f"{name}/logits": z, f"{name}/targets": targets, f"{name}/loss": value, f"{name}/gradient": z.grad}


def losses():
    # as far apart as 1e4, and with the true class the least and the most likely
    far = [[1e4, -1e4, 0.0, 1.0], [-1e4, 1e4, 1e4, 0.5], [-1e4, -1e4, -1e4, -1e4], [30.0, -100.0, 29.5, 0.0]]
    far_classes = torch.tensor([1, 2, 3, 0])
    distributions = [[0.1, 0.2, 0.3, 0.4], [0.0, 0.0, 1.0, 0.0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.0, 0.5, 0.0], [0.4, 0.3, 0.0, 0.3]]
    for smoothing in [0.0, 0.1]:
        cross_entropy = lambda z, t: F.cross_entropy(z, t, label_smoothing=smoothing)
        name = f"cross_entropy/{smoothing}"
        z = random("cross_entropy/logits", 5, 4, scale=2.0)
        yield from loss(f"{name}/class", cross_entropy, z, classes("cross_entropy", 5, 4)).items()
        yield from loss(f"{name}/class/far", cross_entropy, tensor(far), far_classes).items()
        yield from loss(f"{name}/distribution", cross_entropy, z, tensor(distributions)).items()
        yield from loss(f"{name}/distribution/far", cross_entropy, tensor(far), tensor(distributions[:4])).items()

    answers = tensor([[1.0, 0.0, 0.25], [0.0, 1.0, 0.5], [1.0, 1.0, 0.9], [0.0, 0.0, 0.1]])
    far = tensor([[1e4, -1e4, 100.0], [1e4, -1e4, -100.0], [30.0, -30.0, 0.0], [-1e4, 15.0, 1e-6]])
    z = random("binary_cross_entropy/logits", 4, 3, scale=2.0)
    yield from loss("binary_cross_entropy", F.binary_cross_entropy_with_logits, z, answers).items()
    yield from loss("binary_cross_entropy/far", F.binary_cross_entropy_with_logits, far, answers).items()

    # errors on both sides of delta, at delta, at zero
    z, t = random("huber/logits", 4, 3, scale=1.5), random("huber/targets", 4, 3, scale=0.5)
    edges = tensor([[1.0, -1.0, 0.5], [-0.5, 0.0, 100.0], [-100.0, 1e4, -1e4], [0.25, 0.999, 0.501]])
    for delta in [1.0, 0.5]:
        huber = lambda y, t: F.huber_loss(y, t, delta=delta)
        yield from loss(f"huber/{delta}/Linear", huber, z, t).items()
        yield from loss(f"huber/{delta}/edges", huber, edges, torch.zeros_like(edges)).items()
        yield from loss(f"huber/{delta}/Tanh", lambda z, t: huber(torch.tanh(z), t), z, t).items()

    z, t = random("mean_squared_error/logits", 4, 3, scale=1.5), random("mean_squared_error/targets", 4, 3, scale=0.5)
    far = tensor([[1e4, -1e4, 1.0], [-1e4, 30.0, -30.0], [1e4, 1e4, 1e4], [0.0, -100.0, 100.0]])
    for name, activation in ACTIVATIONS.items():
        squared = lambda z, t: F.mse_loss(activation(z), t)
        yield from loss(f"mean_squared_error/{name}", squared, z, t).items()
        yield from loss(f"mean_squared_error/{name}/far", squared, far, t).items()
    z, t = random("mean_squared_error/sequence/logits", 3, 2, 4), random("mean_squared_error/sequence/targets", 3, 2, 4)
    yield from loss("mean_squared_error/sequence", lambda z, t: F.mse_loss(F.softmax(z, dim=-1), t), z, t).items()

    # whole networks, from inputs to the gradient by all parameters
    for name, module, function, targets in [
        ("network/deep", deep_logits(), F.cross_entropy, classes("network/deep", 5, 4)),
        ("network/normalized", normalized(), F.mse_loss, random("network/normalized/targets", 5, 3)),
    ]:
        yield f"{name}/parameters", parameters_as_golden(module, name)
        x = random(f"{name}/x", 5, 6)
        value = function(module(x), targets)
        value.backward()
        yield f"{name}/x", x
        yield f"{name}/targets", targets
        yield f"{name}/loss", value
        yield f"{name}/gradient", gradients(module)


def deep_logits():
    """`deep` without its softmax, which PyTorch's cross-entropy contains."""
    return nn.Sequential(dense(6, 8, "Gelu"), dense(8, 7, "Tanh"), nn.Linear(7, 4))


# --------------------------------------------------------------------------------------------------------------------------------------
# Optimizers: ten steps with the whole of a small set of data as the batch

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd/weight_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.05),
    "sgd/momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "sgd/momentum/weight_decay": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05),
    "sgd/nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "sgd/nesterov/weight_decay": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adam/settings": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-3),
    "adam/weight_decay": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.05),
    "adam_w": lambda p: torch.optim.AdamW(p, lr=0.01),
    "adam_w/settings": lambda p: torch.optim.AdamW(p, lr=0.02, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.5),
    "rms_prop": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "rms_prop/settings": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3),
    "rms_prop/weight_decay": lambda p: torch.optim.RMSprop(p, lr=0.01, weight_decay=0.05),
}


def steps(name, data, optimizer, clip=lambda parameters: None, schedule=lambda optimizer: None):
    """The losses of ten steps, and the parameters after some of them."""
    module = nn.Sequential(dense(4, 6, "Tanh"), nn.Linear(6, 3))
    parameters_as_golden(module, "data")
    optimizer = optimizer(module.parameters())
    schedule = schedule(optimizer)
    losses = []
    for step in range(1, 11):
        optimizer.zero_grad()
        value = F.cross_entropy(module(data["data/x"]), data["data/targets"])
        value.backward()
        clip(list(module.parameters()))
        optimizer.step()
        if schedule:
            schedule.step()
        losses.append(value.detach())
        if step in [1, 2, 5, 10]:
            yield f"{name}/step/{step}", nn.utils.parameters_to_vector(module.parameters()).detach().clone()
    yield f"{name}/losses", torch.stack(losses)


def optimizers():
    data = {"data/x": random("data/x", 8, 4), "data/targets": classes("data/targets", 8, 3)}
    yield from data.items()
    yield "data/parameters", parameters_as_golden(nn.Sequential(dense(4, 6, "Tanh"), nn.Linear(6, 3)), "data")
    for name, optimizer in OPTIMIZERS.items():
        yield from steps(name, data, optimizer)

    norm = lambda length: lambda p: nn.utils.clip_grad_norm_(p, length)
    value = lambda limit: lambda p: nn.utils.clip_grad_value_(p, limit)
    both = lambda p: (nn.utils.clip_grad_norm_(p, 0.3), nn.utils.clip_grad_value_(p, 0.05))
    momentum, adam = OPTIMIZERS["sgd/momentum"], OPTIMIZERS["adam/settings"]
    yield from steps("clip/norm", data, momentum, norm(0.1))
    yield from steps("clip/norm/some", data, momentum, norm(0.4))  # longer in some steps, shorter in others
    yield from steps("clip/norm/adam", data, adam, norm(0.1))
    yield from steps("clip/value", data, momentum, value(0.05))
    yield from steps("clip/value/adam", data, adam, value(0.05))
    yield from steps("clip/both", data, momentum, both)
    cosine = lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    yield from steps("schedule/cosine", data, momentum, schedule=cosine)
    yield from steps("schedule/cosine/adam_w", data, OPTIMIZERS["adam_w/settings"], schedule=cosine)


# --------------------------------------------------------------------------------------------------------------------------------------
# Schedules: the factor on the learning rate in each of 20 steps

LR = torch.optim.lr_scheduler


def schedules():
    warm_up = lambda optimizer, steps: LR.LinearLR(optimizer, start_factor=1 / steps, end_factor=1.0, total_iters=steps - 1)
    after = lambda course: lambda o: LR.SequentialLR(o, [warm_up(o, 6), course(o)], milestones=[5])
    every = {
        "step": lambda o: LR.StepLR(o, step_size=3, gamma=0.5),
        "step/tenth": lambda o: LR.StepLR(o, step_size=7, gamma=0.1),
        "exponential": lambda o: LR.ExponentialLR(o, gamma=0.9),
        "cosine": lambda o: LR.CosineAnnealingLR(o, T_max=20),
        "cosine/short": lambda o: LR.LambdaLR(o, lambda s: 0.5 + 0.5 * np.cos(np.pi * min(s, 12) / 12)),
        "warm_up": lambda o: warm_up(o, 5),
        "warm_up/long": lambda o: LR.LambdaLR(o, lambda s: min(s + 1, 30) / 30),
        "warm_up/step": after(lambda o: LR.StepLR(o, step_size=4, gamma=0.5)),
        "warm_up/exponential": after(lambda o: LR.ExponentialLR(o, gamma=0.9)),
        "warm_up/cosine": after(lambda o: LR.CosineAnnealingLR(o, T_max=16)),
    }
    for name, make in every.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        schedule = make(optimizer)
        factors = []
        for _ in range(20):
            factors.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        yield name, tensor(factors)


# --------------------------------------------------------------------------------------------------------------------------------------
# Files


def computed(cases, dtype):
    torch.set_default_dtype(dtype)
    arrays = {}
    for name, value in cases():
        assert name not in arrays, name
        arrays[name] = value.detach().numpy().astype(np.float64)
    return arrays


def check(name, exact, single):
    """The tolerance of the tests: relative 1e-5, and below 0.1 absolute 1e-6."""
    difference = np.abs(exact - single)
    assert np.all(difference <= 1e-5 * np.maximum(np.abs(exact), 0.1)), f"{name}: {exact} in float64, {single} in float32"


def write(file, cases):
    exact, single = computed(cases, torch.float64), computed(cases, torch.float32)
    text = f"# written by make.py with torch {torch.__version__.split('+')[0]}; not to be edited\n"
    for name, array in exact.items():
        check(name, array, single[name])
        text += " ".join([name, *map(str, array.shape)]) + "\n"
        for row in array.reshape(-1, array.shape[-1] if array.ndim else 1).astype(np.float32):
            text += " ".join(str(number) for number in row) + "\n"
    (HERE / file).write_text(text)
    print(f"{file}: {len(exact)} arrays, {len(text)} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("activations.txt", activations)
    write("layers.txt", layers)
    write("losses.txt", losses)
    write("optimizers.txt", optimizers)
    write("schedules.txt", schedules)
