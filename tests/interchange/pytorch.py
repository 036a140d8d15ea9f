"""Writes the fixtures that come from PyTorch and NumPy; with `--check` looks at one that comes from here instead.

Needs torch, numpy and safetensors.
"""

import os
import sys

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

folder = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(1)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(6, 4)
        self.norm = nn.LayerNorm(4)

    def forward(self, x):
        return self.norm(torch.relu(self.dense(x)))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.output = nn.Linear(4, 3)

    def forward(self, x):
        return torch.softmax(self.output(self.encoder(x)), dim=-1)


class Reader(nn.Module):
    """Sequences of words, with a layer of each kind."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(9, 3)
        self.first = nn.LSTM(3, 4, batch_first=True, bidirectional=True)
        self.second = nn.GRU(8, 5, batch_first=True)
        self.third = nn.RNN(5, 4, batch_first=True)
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        y = self.third(self.second(self.first(self.embed(x))[0])[0])[0]
        return torch.softmax(self.output(y[:, -1]), dim=-1)


class Attender(nn.Module):
    """Steps that look at each other."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(9, 6)
        self.attend = nn.MultiheadAttention(6, 2, batch_first=True)
        self.encode = nn.TransformerEncoderLayer(6, 3, 7, dropout=0.0, batch_first=True)
        self.gelu = nn.TransformerEncoderLayer(6, 2, 5, 0.0, "gelu", batch_first=True, norm_first=True)
        self.output = nn.Linear(6, 2)

    def forward(self, x):
        y = self.embed(x)
        y = self.gelu(self.encode(self.attend(y, y, y)[0]))
        return torch.softmax(self.output(y.mean(1)), dim=-1)


def make(model):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(-1, 1)
    return model.state_dict()


classifier = Classifier()
if "--check" in sys.argv:
    classifier.load_state_dict(load_file(f"{folder}/saved.safetensors"), strict=True)
    case = load_file(f"{folder}/pytorch_outputs.safetensors")
    with torch.no_grad():
        error = (classifier(case["inputs"]) - case["classifier"]).abs().max()
    if not error < 1e-6:
        sys.exit(f"saved.safetensors differs by {error}")
    np.load(f"{folder}/saved.npz", allow_pickle=False)["output.weight"] + np.ones((3, 4), np.float32)
    print("2 passed, 0 failed")
    sys.exit()
save_file(make(classifier), f"{folder}/pytorch.safetensors")
listed = nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3), nn.Softmax(dim=-1))
save_file(make(listed), f"{folder}/pytorch_sequential.safetensors")
inputs = torch.rand(2, 6)
with torch.no_grad():
    outputs = {"inputs": inputs, "classifier": classifier(inputs), "listed": listed(inputs)}
save_file(outputs, f"{folder}/pytorch_outputs.safetensors")

state = {name: tensor.numpy() for name, tensor in classifier.state_dict().items()}
np.savez(f"{folder}/numpy.npz", **state)
# packed, in other types, and one array in Fortran order
state["output.weight"] = np.asfortranarray(state["output.weight"])
state["output.bias"] = state["output.bias"].astype(np.float64)
np.savez_compressed(f"{folder}/numpy_other.npz", **state)
# as Keras and JAX have it: transposed, under another name
other = {"encoder.dense.weight": state["encoder.dense.weight"].T.copy(), "fc.weight": state["output.weight"].copy()}
other |= {"fc.bias": state["output.bias"].astype(np.float16), "encoder.dense.bias": state["encoder.dense.bias"]}
other |= {"encoder.norm.num_batches_tracked": np.array(7), "extra": np.zeros((2, 2), np.int32)}
save_file({name: torch.tensor(array) for name, array in other.items()}, f"{folder}/misfit.safetensors")
half = {"only.weight": torch.ones(1, 2, dtype=torch.float16), "only.bias": torch.ones(1, dtype=torch.float16)}
save_file(half, f"{folder}/half.safetensors")

reader = Reader()
save_file(make(reader), f"{folder}/pytorch_reader.safetensors")
words = torch.randint(0, 9, (4, 5))
with torch.no_grad():
    outputs = {"inputs": words.float(), "outputs": reader(words)}
save_file(outputs, f"{folder}/pytorch_reader_outputs.safetensors")

attender = Attender()
save_file(make(attender), f"{folder}/pytorch_attender.safetensors")
with torch.no_grad():
    outputs = {"inputs": words.float(), "outputs": attender(words)}
save_file(outputs, f"{folder}/pytorch_attender_outputs.safetensors")
