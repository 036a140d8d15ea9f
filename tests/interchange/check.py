"""Runs the ONNX files beside this script in ONNX Runtime and compares with what the network gave, to 1e-5.

Needs onnx, onnxruntime, numpy and safetensors.
"""

import glob
import os
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file


def differences(session, case, rows):
    """How far each output is from what the network gave, for some of the samples."""
    inputs = {
        # tokens and lengths are floats in the file beside
        value.name: case[value.name][rows].astype(np.int64 if value.type == "tensor(int64)" else np.float32)
        for value in session.get_inputs()
    }
    for value, given in zip(session.get_outputs(), session.run(None, inputs)):
        expected = case[value.name][rows]
        if value.name == "tokens":  # as many steps as the longest takes; what is behind is the end
            if not given.shape[1] <= expected.shape[1]:
                sys.exit(f"{given.shape[1]} steps")
            given = np.pad(given, ((0, 0), (0, expected.shape[1] - given.shape[1])), constant_values=2)
        if given.shape != expected.shape:
            sys.exit(f"`{value.name}` is {given.shape}, not {expected.shape}")
        yield np.abs(given - expected).max()


def beyond(case):
    """The same, with lengths that cannot be instead of those that are as short or as long as can be."""
    changed = dict(case)
    for name, lengths in case.items():
        sequences = "input" if name == "lengths" else name.removesuffix("_lengths")
        if sequences != name and sequences in case:
            most = case[sequences].shape[1]
            changed[name] = np.where(lengths == 1, 0, np.where(lengths == most, most + 5, lengths))
    return changed


folder = os.path.dirname(os.path.abspath(__file__))
passed = 0
for path in sorted(glob.glob(f"{folder}/**/*.onnx", recursive=True)):
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    case = load_file(f"{path}.safetensors")
    # batches of any size
    batches = [slice(0, 1), slice(0, 2), slice(0, 3), slice(1, 2), slice(2, 3)]
    errors = [error for rows in batches for error in differences(session, case, rows)]
    errors += differences(session, beyond(case), slice(0, 3))
    if not max(errors) < 1e-5:
        sys.exit(f"{path}: differs by {max(errors)}")
    print(f"{os.path.relpath(path, folder)}: differs by {max(errors):.1e}")
    passed += 1
print(f"{passed} passed, 0 failed")
