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

folder = os.path.dirname(os.path.abspath(__file__))
passed = 0
for path in sorted(glob.glob(f"{folder}/*.onnx")):
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    case = load_file(f"{path}.safetensors")
    if session.get_inputs()[0].type == "tensor(int64)":  # tokens
        case["inputs"] = case["inputs"].astype(np.int64)
    for batch in (1, 2, 3):  # of any size
        (outputs,) = session.run(["output"], {"input": case["inputs"][:batch]})
        error = np.abs(outputs - case["outputs"][:batch]).max()
        if not error < 1e-5:
            sys.exit(f"{path}: batch {batch} differs by {error}")
    print(f"{os.path.basename(path)}: differs by {error:.1e}")
    passed += 1
print(f"{passed} passed, 0 failed")
