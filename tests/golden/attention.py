"""Writes attention.txt beside this script: what PyTorch computes for attention and the encoder of transformers. See make.py.

    python tests/golden/attention.py

Sequences that are shorter than their room go through PyTorch with masks; what it gives behind their end is set to zero.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from make import gradients, parameters_as_golden, random, write

QUERIES, MEMORY = [3, 4, 1, 2], [5, 2, 4, 1]


def there(lengths, steps):
    """Where there are steps: [sequence][step]."""
    return torch.arange(steps)[None, :] < torch.tensor(lengths)[:, None]


class Dot(nn.Module):
    def scores(self, q, m):
        return q @ m.transpose(1, 2) / math.sqrt(q.shape[-1])


class Bilinear(nn.Module):
    def __init__(self, q, m):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(q, m))

    def scores(self, q, m):
        return q @ (m @ self.weight.T).transpose(1, 2)


class Additive(nn.Module):
    def __init__(self, q, m, h):
        super().__init__()
        self.query, self.memory = nn.Parameter(torch.zeros(h, q)), nn.Parameter(torch.zeros(h, m))
        self.score = nn.Parameter(torch.zeros(h))

    def scores(self, q, m):
        return torch.tanh((q @ self.query.T)[:, :, None] + (m @ self.memory.T)[:, None]) @ self.score


def attend(score, q, m, lengths):
    mask = there(lengths, m.shape[1])[:, None, :]
    weights = torch.softmax(score.scores(q, m).masked_fill(~mask, -math.inf), dim=-1)
    if isinstance(score, Dot):
        reference = F.scaled_dot_product_attention(q, m, m, attn_mask=mask)
        assert torch.allclose(weights @ m, reference, atol=1e-6)
    return weights, weights @ m


def attention(name, score, q_size, m_size, queries, memory):
    if list(score.parameters()):
        yield f"{name}/parameters", parameters_as_golden(score, name)
    q, m = random(f"{name}/q", 4, 4, q_size).requires_grad_(), random(f"{name}/m", 4, 5, m_size).requires_grad_()
    weights, y = attend(score, q, m, memory)
    mask = there(queries, 4)[:, :, None]
    dy = random(f"{name}/dy", *y.shape) * mask
    y.backward(dy)
    yield from {f"{name}/q": q, f"{name}/m": m, f"{name}/y": y * mask, f"{name}/dy": dy}.items()
    yield from {f"{name}/dq": q.grad, f"{name}/dm": m.grad, f"{name}/weights": weights * mask}.items()
    if list(score.parameters()):
        yield f"{name}/gradient", gradients(score)


def encoder(name, module, lengths, run):
    """A layer from sequences to sequences of the same features."""
    yield f"{name}/parameters", parameters_as_golden(module, name)
    x = random(f"{name}/x", 4, 5, 6, scale=0.5).requires_grad_()
    mask = there(lengths, 5)
    y = run(module, x, ~mask)
    dy = random(f"{name}/dy", *y.shape, scale=0.3) * mask[:, :, None]
    y.backward(dy)
    yield from {f"{name}/x": x, f"{name}/y": y * mask[:, :, None], f"{name}/dy": dy, f"{name}/dx": x.grad}.items()
    yield f"{name}/gradient", gradients(module)


def layers():
    whole = [4] * 4, [5] * 4
    for kind, (queries, memory) in {"all": whole, "padded": (QUERIES, MEMORY)}.items():
        yield from attention(f"dot/{kind}", Dot(), 3, 3, queries, memory)
        yield from attention(f"bilinear/{kind}", Bilinear(3, 2), 3, 2, queries, memory)
        yield from attention(f"additive/{kind}", Additive(3, 2, 7), 3, 2, queries, memory)
        heads = lambda module, x, mask: module(x, x, x, key_padding_mask=mask, need_weights=False)[0]
        later = torch.ones(5, 5).triu(1).bool()
        causal = lambda module, x, mask: module(x, x, x, key_padding_mask=mask, attn_mask=later, need_weights=False)[0]
        make = lambda count: nn.MultiheadAttention(6, count, batch_first=True)
        yield from encoder(f"heads/{kind}", make(3), memory, heads)
        yield from encoder(f"heads/one/{kind}", make(1), memory, heads)
        yield from encoder(f"heads/causal/{kind}", make(2), memory, causal)
        run = lambda module, x, mask: module(x, src_key_padding_mask=mask)
        make = lambda **settings: nn.TransformerEncoderLayer(6, 2, 10, dropout=0.0, batch_first=True, **settings)
        yield from encoder(f"transformer/{kind}", make(), memory, run)
        yield from encoder(f"transformer/gelu/{kind}", make(activation="gelu"), memory, run)
        yield from encoder(f"transformer/first/{kind}", make(activation="gelu", norm_first=True), memory, run)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("attention.txt", layers)
