"""Writes encoder_decoder.txt beside this script: losses and gradients that PyTorch computes for encoder-decoders. See make.py.

    python tests/golden/encoder_decoder.py

Written out as the formulas of the layers have it; there is no such module in PyTorch.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from make import classes, gradients, parameters_as_golden, random, write

SOURCES, TARGETS = [3, 5, 1, 5], [4, 2, 3, 1]
S, T, SOURCE_WORDS, WORDS, DIM, UNITS, MEMORY = 5, 4, 9, 7, 5, 6, 8


class Score(nn.Module):
    def __init__(self, kind):
        super().__init__()
        if kind == "bilinear":
            self.weight = nn.Parameter(torch.zeros(UNITS, MEMORY))
        else:
            self.query, self.memory = nn.Parameter(torch.zeros(3, UNITS)), nn.Parameter(torch.zeros(3, MEMORY))
            self.score = nn.Parameter(torch.zeros(3))

    def forward(self, q, m):
        if hasattr(self, "weight"):
            return q @ (m @ self.weight.T).transpose(1, 2)
        return torch.tanh((q @ self.query.T)[:, :, None] + (m @ self.memory.T)[:, None]) @ self.score


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(WORDS))


class Model(nn.Module):
    """The parameters are registered in the order in which they lie in memory."""

    def __init__(self, cell, score, tied, copying):
        super().__init__()
        self.read = nn.Embedding(WORDS if copying else SOURCE_WORDS, DIM)
        self.encoder = nn.GRU(DIM, MEMORY // 2, batch_first=True, bidirectional=True)
        self.embedding = nn.Embedding(WORDS, DIM)
        self.recurrent = cell(DIM, UNITS, batch_first=True)
        self.attention = Score(score)
        self.combine = nn.Linear(UNITS + MEMORY, DIM)
        self.output = Tied() if tied else nn.Linear(DIM, WORDS)
        if copying:
            self.gate = nn.Linear(UNITS + MEMORY + DIM, 1)
        self.tied, self.copying = tied, copying

    def known(self, tokens):
        return torch.where(tokens < self.read.num_embeddings, tokens, 0) if self.copying else tokens

    def forward(self, sources, late):
        packed = pack_padded_sequence(self.read(self.known(sources)), SOURCES, batch_first=True, enforce_sorted=False)
        m = pad_packed_sequence(self.encoder(packed)[0], batch_first=True, total_length=S)[0]
        x = self.embedding(torch.where(late < WORDS, late, 0))
        s = self.recurrent(x)[0]
        there = torch.arange(S)[None, :] < torch.tensor(SOURCES)[:, None]
        weights = torch.softmax(self.attention(s, m).masked_fill(~there[:, None, :], -math.inf), dim=-1)
        features = torch.cat([s, weights @ m], dim=-1)
        h = torch.tanh(self.combine(features))
        z = h @ self.embedding.weight.T + self.output.bias if self.tied else self.output(h)
        if not self.copying:
            return z
        gate = torch.sigmoid(self.gate(torch.cat([features, x], dim=-1)))
        copied = torch.zeros(4, T, WORDS + S).scatter_add(2, sources[:, None, :].expand(4, T, S), (1 - gate) * weights)
        return torch.log(F.pad(gate * torch.softmax(z, dim=-1), (0, S)) + copied + 1e-300 * torch.ones(()))


def case(name, cell, score, tied=False, copying=False):
    module = Model(cell, score, tied, copying)
    yield f"{name}/parameters", parameters_as_golden(module, name)
    can_be_said = WORDS + S if copying else WORDS
    sources = classes(f"{name}/sources", (4, S), WORDS if copying else SOURCE_WORDS)
    late, said = classes(f"{name}/late", (4, T), WORDS), classes(f"{name}/said", (4, T), WORDS)
    if copying:  # names: where a word of the source is not in the vocabulary, its number is that of its first place
        sources[0, 1], sources[1, 2], sources[1, 4], sources[3, 0] = WORDS + 1, WORDS + 2, WORDS + 2, WORDS
        late[0, 2], said[0, 1], said[1, 0], said[3, 0] = WORDS + 1, WORDS + 1, WORDS + 2, WORDS
    z = module(sources, late)
    losses = [F.nll_loss(torch.log_softmax(z[i, :n], dim=-1), said[i, :n]) for i, n in enumerate(TARGETS)]
    loss = sum(losses) / len(losses)
    loss.backward()
    there = (torch.arange(T)[None, :] < torch.tensor(TARGETS)[:, None])[:, :, None]
    said_at_all = torch.exp(z) * there if copying else z * there
    assert z.shape[-1] == can_be_said
    yield from {f"{name}/sources": sources, f"{name}/late": late, f"{name}/said": said, f"{name}/outputs": said_at_all}.items()
    yield from {f"{name}/loss": loss, f"{name}/gradient": gradients(module)}.items()


def models():
    yield from case("separate", nn.GRU, "bilinear")
    yield from case("tied", nn.LSTM, "additive", tied=True)
    yield from case("copying", nn.GRU, "bilinear", copying=True)
    yield from case("copying/tied", nn.GRU, "additive", tied=True, copying=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("encoder_decoder.txt", models)
