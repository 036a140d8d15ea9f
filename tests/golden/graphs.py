"""Writes graphs.txt beside this script: what PyTorch computes for networks that are graphs. See make.py.

    python tests/golden/graphs.py
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from make import gradients, parameters_as_golden, random, write

SAMPLES = 2


class Graph(nn.Module):
    """Layers by name, and a function from these and the inputs to the outputs, by name."""

    def __init__(self, run, **layers):
        super().__init__()
        self.run = run
        self.layers = nn.ModuleDict(layers)

    def forward(self, **inputs):
        return self.run(self.layers, **inputs)


def cat(*values):
    return torch.cat(values, dim=1)


def up(image):
    return F.interpolate(image, scale_factor=2)


def mean(image):
    return image.flatten(2).mean(2)


def unet(l, image):
    first = torch.tanh(l["first"](image))
    second = torch.tanh(l["second"](F.max_pool2d(first, 2)))
    deep = torch.tanh(l["deep"](F.max_pool2d(second, 2)))
    third = torch.tanh(l["third"](cat(up(deep), second)))
    return {"mask": l["mask"](cat(up(third), first))}


def inception(l, image):
    three = torch.relu(l["three"](torch.relu(l["to_three"](image))))
    five = torch.relu(l["five"](torch.relu(l["to_five"](image))))
    pooled = torch.relu(l["of_pool"](F.max_pool2d(image, 3, stride=1, padding=1)))
    return {"all": cat(torch.relu(l["one"](image)), three, five, pooled)}


def dense_block(l, image):
    a = torch.relu(l["a"](image))
    b = torch.relu(l["b"](cat(image, a)))
    return {"all": cat(image, a, b)}


def excited(l, image):
    body = torch.relu(l["body"](image))
    scale = torch.sigmoid(l["scale"](torch.relu(l["less"](mean(body)))))
    return {"sum": body * scale[:, :, None, None] + image}


def actor_critic(l, image, speed):
    seen = torch.tanh(l["seen"](image))
    trunk = torch.tanh(l["trunk"](cat(seen.flatten(1), speed)))
    return {"policy": torch.softmax(l["policy"](trunk), dim=1), "value": l["value"](trunk)}


def siamese(l, left, right):
    product = torch.tanh(l["one"](left)) * torch.tanh(l["one"](right))
    return {"same": torch.sigmoid(l["same"](product))}


def two_heads(l, seen):
    deep = F.gelu(l["deep"](torch.relu(l["body"](seen))))
    return {"kind": F.log_softmax(l["kind"](deep), dim=1), "place": torch.sigmoid(l["place"](deep))}


def gated_fusion(l, sound, sight):
    a, b = torch.tanh(l["a"](sound)), torch.tanh(l["b"](sight))
    both = cat(a, b)
    return {"fused": a * torch.sigmoid(l["gate_a"](both)) + b * torch.sigmoid(l["gate_b"](both))}


def resnext(l, image):
    return {"out": torch.relu(l["more"](torch.relu(l["grouped"](torch.relu(l["less"](image))))) + image)}


def pyramid(l, image):
    first = torch.relu(l["first"](image))
    coarse = l["coarse"](torch.relu(l["second"](first)))
    return {"coarse": coarse, "fine": l["fine"](l["side"](first) + up(coarse))}


def shared_embedding(l, question, answer):
    asked, answered = l["words"](question.long()).mean(1), l["words"](answer.long()).mean(1)
    return {"score": l["score"](asked * answered)}


def side_inputs(l, series, extra):
    read = l["read"](series)[0][:, -1]
    deep = torch.tanh(l["deep"](cat(read, torch.relu(l["beside"](extra)))))
    return {"next": l["next"](deep)}


def conv(inputs, outputs, kernel, **settings):
    return nn.Conv2d(inputs, outputs, kernel, **{"padding": kernel // 2, **settings})


def cases():
    """Name, module, and inputs by name: the shape of a sample, or how many tokens it has."""
    D = nn.Linear
    yield "unet", Graph(unet, first=conv(1, 3, 3), second=conv(3, 4, 3), deep=conv(4, 4, 3), third=conv(8, 3, 3), mask=conv(6, 1, 1)), {"image": (1, 8, 8)}
    yield (
        "inception",
        Graph(inception, one=conv(2, 2, 1), to_three=conv(2, 2, 1), three=conv(2, 2, 3), to_five=conv(2, 2, 1), five=conv(2, 2, 5), of_pool=conv(2, 2, 1)),
        {"image": (2, 4, 4)},
    )
    yield "dense_block", Graph(dense_block, a=conv(2, 2, 3), b=conv(4, 2, 3)), {"image": (2, 4, 4)}
    yield "excited", Graph(excited, body=conv(3, 3, 3), less=D(3, 2), scale=D(2, 3)), {"image": (3, 4, 4)}
    yield "actor_critic", Graph(actor_critic, seen=conv(2, 3, 3), trunk=D(50, 8), policy=D(8, 3), value=D(8, 1)), {"image": (2, 4, 4), "speed": (2,)}
    yield "siamese", Graph(siamese, one=D(4, 5), same=D(5, 1)), {"left": (4,), "right": (4,)}
    yield "two_heads", Graph(two_heads, body=D(4, 6), deep=D(6, 6), kind=D(6, 3), place=D(6, 4)), {"seen": (4,)}
    yield "gated_fusion", Graph(gated_fusion, a=D(3, 4), b=D(5, 4), gate_a=D(8, 4), gate_b=D(8, 4)), {"sound": (3,), "sight": (5,)}
    yield "resnext", Graph(resnext, less=conv(4, 4, 1), grouped=conv(4, 4, 3, groups=2), more=conv(4, 4, 1)), {"image": (4, 4, 4)}
    yield (
        "pyramid",
        Graph(pyramid, first=conv(2, 4, 3, stride=2), second=conv(4, 4, 3, stride=2), coarse=conv(4, 3, 1), side=conv(4, 3, 1), fine=conv(3, 3, 3)),
        {"image": (2, 8, 8)},
    )
    yield "shared_embedding", Graph(shared_embedding, words=nn.Embedding(7, 4), score=D(4, 1)), {"question": 3, "answer": 3}
    yield "side_inputs", Graph(side_inputs, read=nn.GRU(2, 4, batch_first=True), beside=D(3, 4), deep=D(8, 4), next=D(4, 2)), {"series": (6, 2), "extra": (3,)}


def graphs():
    for name, module, shapes in cases():
        yield f"{name}/parameters", parameters_as_golden(module, name)
        inputs = {}
        for word, shape in shapes.items():
            if isinstance(shape, int):  # tokens of a vocabulary of seven
                inputs[word] = torch.tensor(np.arange(SAMPLES * shape).reshape(SAMPLES, shape) * (5 + len(word)) % 7).to(torch.get_default_dtype())
            else:
                inputs[word] = random(f"{name}/x/{word}", SAMPLES, *shape).requires_grad_()
            yield f"{name}/x/{word}", inputs[word]
        outputs = module(**inputs)
        slopes = {word: random(f"{name}/dy/{word}", *y.shape, scale=0.1) for word, y in outputs.items()}
        torch.autograd.backward(list(outputs.values()), list(slopes.values()))
        for word, y in outputs.items():
            yield f"{name}/y/{word}", y
            yield f"{name}/dy/{word}", slopes[word]
        for word, x in inputs.items():
            if x.grad is not None:
                yield f"{name}/dx/{word}", x.grad
        yield f"{name}/gradient", gradients(module)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("graphs.txt", graphs)
