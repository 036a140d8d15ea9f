"""Writes convolution.txt beside this script: what PyTorch computes for the layers over images and signals. See make.py.

    python tests/golden/convolution.py
"""

import torch
from torch import nn
from torch.nn import functional as F

from make import gradients, parameters_as_golden, random, write


def chain_rule(function, name, *shape):
    """As in make.py, with a smaller `dy`: weight gradients are long sums, and the tolerance is absolute where these come out small."""
    x = random(f"{name}/x", *shape).requires_grad_()
    y = function(x)
    dy = random(f"{name}/dy", *y.shape, scale=0.1)
    y.backward(dy)
    return {f"{name}/x": x, f"{name}/y": y, f"{name}/dy": dy, f"{name}/dx": x.grad}


class Same(nn.Module):
    """TensorFlow's `same` for strides too: as many outputs as `input / stride`, rounded up; the odd zero comes last."""

    def __init__(self, conv):
        super().__init__()
        self.conv = conv

    def forward(self, x):
        padding = []
        for size, k, s, d in zip(x.shape[2:], self.conv.kernel_size, self.conv.stride, self.conv.dilation):
            total = max(0, (-(-size // s) - 1) * s + (k - 1) * d + 1 - size)
            padding = [total // 2, total - total // 2] + padding
        return self.conv(F.pad(x, padding))


class Residual(nn.Module):
    def __init__(self, layers, shortcut=None):
        super().__init__()
        self.layers = layers
        self.shortcut = shortcut or nn.Identity()

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


class Concat(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Mean(nn.Module):
    def forward(self, x):
        return x.flatten(2).mean(2)


def cases():
    C, T, S = nn.Conv2d, nn.ConvTranspose2d, nn.Sequential
    return {
        "conv2d/plain": (C(2, 3, 3), (2, 7, 9)),
        "conv2d/one": (C(3, 5, 1), (3, 5, 7)),
        "conv2d/one_stride": (C(3, 5, 1, stride=2), (3, 5, 7)),
        "conv2d/many_filters": (S(C(1, 13, 3), nn.ReLU()), (1, 4, 21)),
        "conv2d/wide": (S(C(1, 2, (2, 3)), nn.Tanh()), (1, 3, 37)),
        "conv2d/gelu": (S(C(2, 3, 3, padding=1), nn.GELU()), (2, 5, 6)),
        "conv2d/stride": (C(2, 3, 3, stride=2), (2, 8, 9)),
        "conv2d/stride_apart": (C(2, 3, (3, 2), stride=(1, 3)), (2, 5, 11)),
        "conv2d/padding": (C(2, 3, 3, padding=1), (2, 5, 7)),
        "conv2d/padding_apart": (C(2, 3, (3, 5), padding=(0, 2)), (2, 5, 7)),
        "conv2d/stride_padding": (C(2, 3, 3, stride=2, padding=1), (2, 8, 7)),
        "conv2d/same": (C(2, 3, (3, 5), padding="same"), (2, 5, 7)),
        "conv2d/same_even": (C(2, 3, 2, padding="same"), (2, 5, 7)),
        "conv2d/same_stride": (Same(C(2, 3, 3, stride=2)), (2, 6, 7)),
        "conv2d/same_dilation": (C(2, 3, 3, padding="same", dilation=(1, 2)), (2, 5, 7)),
        "conv2d/dilation": (C(2, 3, 3, dilation=2), (2, 7, 9)),
        "conv2d/dilation_stride_padding": (C(2, 3, (3, 2), dilation=(2, 3), stride=(2, 1), padding=(1, 2)), (2, 8, 9)),
        "conv2d/groups": (C(4, 6, 3, groups=2), (4, 5, 7)),
        "conv2d/groups_stride_padding": (C(4, 6, 3, groups=2, stride=2, padding=1, bias=False), (4, 5, 7)),
        "conv2d/all": (S(C(6, 3, (2, 3), stride=(2, 3), padding=1, dilation=(3, 2), groups=3, bias=False), nn.SiLU()), (6, 6, 11)),
        "conv2d/no_bias": (C(2, 3, 3, bias=False), (2, 5, 7)),
        "depthwise/plain": (C(3, 3, 3, groups=3), (3, 5, 7)),
        "depthwise/stride": (S(C(3, 3, 3, groups=3, stride=2, padding=1, bias=False), nn.ReLU()), (3, 7, 9)),
        "conv1d/plain": (nn.Conv1d(2, 3, 3), (2, 9)),
        "conv1d/all": (S(nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=3, groups=2), nn.ReLU()), (4, 19)),
        "conv1d/same": (nn.Conv1d(2, 3, 4, padding="same", bias=False), (2, 9)),
        "conv_transpose2d/plain": (T(2, 3, 3), (2, 3, 4)),
        "conv_transpose2d/stride": (S(T(3, 2, 2, stride=2), nn.ReLU()), (3, 3, 4)),
        "conv_transpose2d/output_padding": (T(2, 3, 3, stride=2, padding=1, output_padding=1), (2, 3, 4)),
        "conv_transpose2d/padding": (T(2, 3, 3, padding=1, bias=False), (2, 3, 4)),
        "conv_transpose2d/all": (
            S(T(4, 6, (3, 2), stride=(2, 3), padding=(2, 1), dilation=(2, 3), groups=2, output_padding=(1, 2)), nn.GELU()),
            (4, 3, 3),
        ),
        "max_pool2d/plain": (nn.MaxPool2d(2), (2, 5, 7)),
        "max_pool2d/large": (nn.MaxPool2d(2), (1, 8, 38)),
        "max_pool2d/apart": (nn.MaxPool2d((2, 3)), (2, 6, 9)),
        "max_pool2d/overlap": (nn.MaxPool2d(3, stride=1, padding=1), (2, 5, 7)),
        "max_pool2d/stride": (nn.MaxPool2d(3, stride=(2, 1), padding=(1, 0)), (2, 7, 6)),
        "max_pool1d": (nn.MaxPool1d(3, stride=2, padding=1), (2, 9)),
        "avg_pool2d/plain": (nn.AvgPool2d(2), (2, 5, 7)),
        "avg_pool2d/large": (nn.AvgPool2d(2), (1, 8, 38)),
        "avg_pool2d/all": (nn.AvgPool2d((3, 2), stride=(2, 1), padding=1), (2, 7, 6)),
        "avg_pool1d": (nn.AvgPool1d(2), (2, 8)),
        "global_avg_pool": (Mean(), (3, 5, 7)),
        "zero_pad2d": (nn.ZeroPad2d((2, 2, 1, 1)), (2, 3, 4)),
        "upsample2d": (nn.Upsample(scale_factor=(2, 3)), (2, 3, 4)),
        "residual": (Residual(S(C(2, 3, 3, padding=1), nn.ReLU(), C(3, 2, 3, padding=1))), (2, 5, 6)),
        "concat": (Concat(C(2, 3, 1), S(C(2, 2, 3, padding=1), nn.ReLU(), C(2, 1, 3, padding=1)), nn.Identity()), (2, 4, 5)),
        "residual/shortcut": (Residual(S(C(2, 3, 3, padding=1, stride=2), nn.Tanh()), C(2, 3, 1, stride=2)), (2, 5, 7)),
    }


def convolution():
    for name, (module, shape) in cases().items():
        if parameters := list(module.parameters()):
            parameters_as_golden(module, name)
            yield f"{name}/parameters", nn.utils.parameters_to_vector(parameters)
        yield from chain_rule(module, name, 2, *shape).items()
        if parameters:
            yield f"{name}/gradient", gradients(module)
    yield from batch_norm("batch_norm/2d", nn.BatchNorm2d(3), 3, 5, 7)
    yield from batch_norm("batch_norm/1d", nn.BatchNorm1d(3), 3, 5)
    yield from batch_norm("batch_norm/vector", nn.BatchNorm1d(4), 4)


def batch_norm(name, norm, *shape):
    """Training with the statistics of the batch, what that makes of the running ones, and inference with these."""
    parameters_as_golden(norm, name)
    channels = norm.num_features
    norm.running_mean = random(f"{name}/running_mean", channels)
    norm.running_var = random(f"{name}/running_var", channels).abs() + 0.5
    yield f"{name}/parameters", torch.cat([norm.weight, norm.bias, norm.running_mean, norm.running_var])
    yield f"{name}/inferred", norm.eval()(random(f"{name}/x", 5, *shape))
    yield from chain_rule(norm.train(), name, 5, *shape).items()
    yield f"{name}/gradient", gradients(norm)
    yield f"{name}/running_after", torch.cat([norm.running_mean, norm.running_var])


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("convolution.txt", convolution)
