"""Writes networks over images and signals as ONNX files with PyTorch, by its exporter and by the older one, for
`tests/files/declared.rs`, which holds what is declared from them and runs it; and their weights, for `tests/files/declare_from_file.rs`.

Needs torch, onnx, onnxscript and safetensors.
"""

import os
import warnings

import onnx
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

folder = os.path.dirname(os.path.abspath(__file__))


class Photos(nn.Module):
    """A network over images, of what is common in such."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(4)
        self.depth = nn.Conv2d(4, 4, 3, groups=4, bias=False)
        self.norm2 = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2)
        self.wide = nn.Conv2d(4, 6, (3, 1), padding=(2, 0), dilation=(2, 1), groups=2)
        self.strided = nn.Conv2d(6, 6, 3, stride=2)
        self.up = nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=1)
        self.border = nn.ZeroPad2d(1)
        self.larger = nn.Upsample(scale_factor=2)
        self.mean = nn.AvgPool2d(3, stride=2, padding=1)
        self.fc1 = nn.Linear(144, 10)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(10, 3)

    def forward(self, x):
        x = functional.relu(self.norm1(self.conv1(x)))
        x = self.pool(functional.silu(self.depth(x)))
        x = self.norm2(x)
        x = functional.leaky_relu(self.wide(x))
        x = torch.tanh(self.strided(x))
        x = torch.sigmoid(self.up(x))
        x = self.mean(self.larger(self.border(x)))
        x = x.view(x.size(0), -1)
        x = self.drop(functional.gelu(self.fc1(x)))
        return torch.softmax(self.fc2(x), dim=1)


class Pooled(nn.Module):
    """Convolutions in a list, and a global mean."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 5, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(5),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.Conv2d(5, 7, 1),
            nn.ReLU(),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.final = nn.Linear(7, 4)

    def forward(self, x):
        return self.final(torch.flatten(self.pool(self.features(x)), 1))


class Signal(nn.Module):
    """A network over signals."""

    def __init__(self):
        super().__init__()
        self.waves = nn.Conv1d(2, 4, 3, padding=1)
        self.norm = nn.BatchNorm1d(4)
        self.smaller = nn.MaxPool1d(2)
        self.longer = nn.Conv1d(4, 3, 4, stride=2, bias=False)
        self.mean = nn.AvgPool1d(2, stride=1)
        self.last = nn.Linear(6, 5, bias=False)
        self.layer_norm = nn.LayerNorm(5)

    def forward(self, x):
        x = self.smaller(self.norm(torch.relu(self.waves(x))))
        x = self.mean(self.longer(x))
        return self.layer_norm(self.last(x.flatten(1)))


class Branches(nn.Module):
    """Ways around layers, and branches side by side."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(2, 4, 3, padding=1)
        self.conv1 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1)
        self.narrow = nn.Conv2d(4, 6, 3, stride=2, padding=1)
        self.point = nn.Conv2d(6, 6, 1)
        self.around = nn.Conv2d(4, 6, 1, stride=2)
        self.one = nn.Conv2d(6, 3, 1)
        self.two = nn.Conv2d(6, 2, 3, padding=1)
        self.deep1 = nn.Conv2d(6, 4, 1)
        self.deep2 = nn.Conv2d(4, 2, 3, padding=1)
        self.out = nn.Linear(13, 3)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.relu(x + self.conv2(functional.silu(self.norm1(self.conv1(x)))))
        x = torch.relu(self.point(torch.relu(self.narrow(x))) + self.around(x))
        x = torch.cat([self.one(x), x, self.deep2(torch.relu(self.deep1(x))), functional.silu(self.two(x))], dim=1)
        return self.out(x.mean((2, 3)))


def write(name, network, shape):
    """The network with numbers that differ everywhere, as a file of each exporter, and what it makes of three inputs."""
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(3)  # so that what comes out differs from input to input
    for _ in range(3):
        network(torch.randn(8, *shape))
    network.eval()
    save_file(network.state_dict(), f"{folder}/{name}.safetensors")
    x = torch.randn(3, *shape)
    with torch.no_grad():
        case = {"input": x, "output": network(x)}
    names = {"input_names": ["input"], "output_names": ["output"]}
    path = f"{folder}/{name}.onnx"
    batch = {"dynamic_shapes": ({0: "batch"},), "external_data": False, "dynamo": True}
    torch.onnx.export(network, (x,), path, **names, **batch)
    # but for where in this script each operator comes from
    model = onnx.load(path)
    for part in [*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info, model.graph, model]:
        del part.metadata_props[:]
    onnx.save(model, path)
    save_file(case, f"{path}.safetensors")
    path = f"{folder}/{name}_older.onnx"
    torch.onnx.export(network, (x,), path, **names, dynamic_axes={"input": {0: "batch"}}, dynamo=False)
    save_file(case, f"{path}.safetensors")


warnings.simplefilter("ignore")
for seed, (name, network, shape) in enumerate(
    [("branches", Branches, (2, 9, 8)), ("image", Photos, (1, 14, 15)), ("pooled", Pooled, (3, 16, 16)), ("signal", Signal, (2, 16))]
):
    torch.manual_seed(seed)
    write(f"pytorch_{name}", network(), shape)
