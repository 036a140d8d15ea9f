"""Writes recurrent.txt beside this script: what PyTorch computes for the layers over sequences. See make.py.

    python tests/golden/recurrent.py

Sequences that are shorter than their room go through PyTorch as packed sequences.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from make import classes, gradients, parameters_as_golden, random, write

LENGTHS = [3, 5, 1, 5]


def recur(module, x, lengths, last, truncate=0):
    """What a recurrent module gives: all steps, zeros behind the end of each sequence, or the states in which it ends."""
    if truncate:
        steps, state = [], None
        for window in x.split(truncate, dim=1):
            y, state = module(window, state)
            steps.append(y)
            state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
        return torch.cat(steps, dim=1)
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    y, state = module(packed)
    if last:
        h = state[0] if isinstance(state, tuple) else state
        return torch.cat(list(h), dim=-1)
    return pad_packed_sequence(y, batch_first=True, total_length=x.shape[1])[0]


def states(module, x, lengths):
    """The states in which a module of one direction ends."""
    state = module(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))[1]
    return torch.cat(state, dim=-1)[0] if isinstance(state, tuple) else state[0]


def case(name, module, lengths=None, last=False, truncate=0, steps=5):
    yield f"{name}/parameters", parameters_as_golden(module, name)
    x = random(f"{name}/x", 4, steps, 3).requires_grad_()
    lengths = lengths or [steps] * 4
    y = recur(module, x, lengths, last, truncate)
    dy = random(f"{name}/dy", *y.shape, scale=0.3)
    y.backward(dy)
    yield f"{name}/x", x
    yield f"{name}/y", y
    yield f"{name}/dy", dy
    yield f"{name}/dx", x.grad
    yield f"{name}/gradient", gradients(module)
    if not module.bidirectional:
        yield f"{name}/state", states(module, x, lengths)


def from_states(name, module):
    """From states that are given, to the states in which the sequences end, and back."""
    yield f"{name}/parameters", parameters_as_golden(module, name)
    x = random(f"{name}/x", 4, 5, 3).requires_grad_()
    parts = 2 if isinstance(module, nn.LSTM) else 1
    start = random(f"{name}/start", 4, parts * 6, scale=0.5).requires_grad_()
    given = [part.unsqueeze(0) for part in start.split(6, dim=1)]
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    y, end = module(packed, tuple(given) if parts == 2 else given[0])
    y = pad_packed_sequence(y, batch_first=True, total_length=5)[0]
    end = torch.cat(end, dim=-1)[0] if parts == 2 else end[0]
    dy, d_end = random(f"{name}/dy", *y.shape, scale=0.3), random(f"{name}/d_end", *end.shape, scale=0.3)
    ((y * dy).sum() + (end * d_end).sum()).backward()
    yield from {f"{name}/x": x, f"{name}/start": start, f"{name}/y": y, f"{name}/end": end}.items()
    yield from {f"{name}/dy": dy, f"{name}/d_end": d_end, f"{name}/dx": x.grad, f"{name}/d_start": start.grad}.items()
    yield f"{name}/gradient", gradients(module)


def cells():
    yield "rnn", lambda **settings: nn.RNN(3, 6, batch_first=True, **settings)
    yield "relu", lambda **settings: nn.RNN(3, 6, batch_first=True, nonlinearity="relu", **settings)
    yield "lstm", lambda **settings: nn.LSTM(3, 6, batch_first=True, **settings)
    yield "gru", lambda **settings: nn.GRU(3, 6, batch_first=True, **settings)


def layers():
    for name, make in cells():
        yield from case(f"{name}/all", make())
        yield from case(f"{name}/last", make(), last=True)
        yield from case(f"{name}/padded", make(), LENGTHS)
        yield from case(f"{name}/padded/last", make(), LENGTHS, last=True)
        yield from case(f"{name}/bidirectional", make(bidirectional=True))
        yield from case(f"{name}/bidirectional/padded", make(bidirectional=True), LENGTHS)
        yield from case(f"{name}/bidirectional/last", make(bidirectional=True), LENGTHS, last=True)
        yield from case(f"{name}/truncated", make(), truncate=2, steps=7)
        yield from from_states(f"{name}/from", make())
        yield from stacked(f"{name}/stacked", make(num_layers=2, bidirectional=True))
    yield from tagger()
    yield from embedded()


def stacked(name, module):
    """Two layers, of two directions each, of which the last step is wanted as it lies in the output."""
    yield f"{name}/parameters", parameters_as_golden(module, name)
    x = random(f"{name}/x", 4, 5, 3).requires_grad_()
    y = recur(module, x, LENGTHS, False)
    dy = random(f"{name}/dy", *y.shape, scale=0.1)
    y.backward(dy)
    yield from {f"{name}/x": x, f"{name}/y": y, f"{name}/dy": dy, f"{name}/dx": x.grad}.items()
    yield f"{name}/gradient", gradients(module)


def tagger():
    """A class for each step: the loss of a sequence is the mean over its steps, that of a batch the mean over its sequences."""
    module = nn.ModuleList([nn.Embedding(9, 5), nn.GRU(5, 4, batch_first=True), nn.Linear(4, 3)])
    yield "tagger/parameters", parameters_as_golden(module, "tagger")
    tokens, targets = classes("tagger/tokens", (4, 5), 9), classes("tagger/targets", (4, 5), 3)
    z = module[2](recur(module[1], module[0](tokens), LENGTHS, False))
    losses = [F.cross_entropy(z[i, :length], targets[i, :length]) for i, length in enumerate(LENGTHS)]
    loss = sum(losses) / len(losses)
    loss.backward()
    yield from {"tagger/tokens": tokens, "tagger/targets": targets, "tagger/loss": loss, "tagger/gradient": gradients(module)}.items()


def embedded():
    """Words to one of three classes, by the mean of the steps."""
    module = nn.ModuleList([nn.Embedding(9, 5), nn.LSTM(5, 4, batch_first=True), nn.Linear(4, 3)])
    yield "embedded/parameters", parameters_as_golden(module, "embedded")
    tokens = classes("embedded/tokens", (4, 5), 9)
    h = recur(module[1], module[0](tokens), LENGTHS, False).sum(1) / torch.tensor(LENGTHS).unsqueeze(1)
    y = torch.softmax(module[2](h), dim=-1)
    dy = random("embedded/dy", *y.shape)
    y.backward(dy)
    yield from {"embedded/tokens": tokens, "embedded/y": y, "embedded/dy": dy, "embedded/gradient": gradients(module)}.items()


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("recurrent.txt", layers)
