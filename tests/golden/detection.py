"""Losses of a grid detector and their gradients, from PyTorch and torchvision: writes detection.txt beside this file.

Run: python tests/golden/detection.py    (torch 2.15, torchvision 0.29)
"""

import pathlib

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, smooth_l1_loss
from torchvision.ops import generalized_box_iou_loss, sigmoid_focal_loss

W, H, CHANNELS = 4, 3, 8
# x, y, width, height, class
OBJECTS = [(0.3, 0.2, 0.25, 0.3, 0), (0.7, 0.25, 0.15, 0.4, 2), (0.4, 0.9, 0.6, 0.2, 1)]


def corners(x, y, w, h):
    return torch.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], -1)


def loss(z, objectness, boxes, weights):
    truth = torch.zeros(H, W)
    box = cls = 0
    for x, y, w, h, c in OBJECTS:
        row, column = int(y * H), int(x * W)
        truth[row, column] = 1
        s = torch.sigmoid(z[1:5, row, column])
        found = torch.stack([(column + s[0]) / W, (row + s[1]) / H, s[2], s[3]])
        target = torch.tensor([x, y, w, h], dtype=torch.float64)
        if boxes == "giou":
            box = box + generalized_box_iou_loss(corners(*found), corners(*target), eps=0)
        else:
            cells = torch.tensor([W, H, W, H])
            box = box + smooth_l1_loss(found * cells, target * cells, beta=boxes, reduction="sum")
        cls = cls + cross_entropy(z[5:, row, column], torch.tensor(c))
    truth = truth.double()
    if objectness == "bce":
        obj = binary_cross_entropy_with_logits(z[0], truth, reduction="sum")
    else:
        obj = sigmoid_focal_loss(z[0], truth, *objectness, reduction="sum")
    return (weights[0] * obj + weights[1] * box + weights[2] * cls) / len(OBJECTS)


def line(numbers):
    return " ".join(f"{n:.7g}" for n in numbers) + "\n"


torch.manual_seed(0)
# rounded to what the file says, so that both sides start from the same numbers
logits = (torch.rand(CHANNELS, H, W, dtype=torch.float64) * 4 - 2).mul(1000).round().div(1000)
text = "# made by detection.py\n" + line(logits.flatten().tolist())
for settings in [
    ((0.25, 2.0), "giou", (1, 1, 1)),
    ("bce", "giou", (0.5, 2, 1.5)),
    ((0.4, 1.5), 0.5, (1, 1, 1)),
    ("bce", 0.5, (1, 1, 1)),
]:
    z = logits.clone().requires_grad_()
    value = loss(z, *settings)
    value.backward()
    text += line([value.item()]) + line(z.grad.flatten().tolist())
pathlib.Path(__file__).with_suffix(".txt").write_text(text)
