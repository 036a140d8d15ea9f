#!/usr/bin/env bash
# What only the other tools can tell: ONNX Runtime runs the exported files, Keras is converted, PyTorch loads what was saved.
#
# The tools go into a virtual environment, target/interchange-venv or $INTERCHANGE_VENV. PyTorch, which is large, is not
# installed: name a Python that has torch, numpy and safetensors in $PYTORCH_PYTHON. Where there is no Python or no way to
# install, it says so and passes.
set -euo pipefail
cd "$(dirname "$0")"
venv=${INTERCHANGE_VENV:-$(pwd)/../../target/interchange-venv}
python=$venv/bin/python

if ! [ -x "$python" ] && ! python3 -m venv "$venv"; then
  echo "no python3 with venv here: not checked"
  exit 0
fi
if ! "$python" -c "import onnx, onnxruntime, keras, jax, safetensors, numpy" 2>/dev/null &&
  ! "$python" -m pip install --quiet numpy safetensors onnx onnxruntime keras jax; then
  echo "the tools cannot be installed here: not checked"
  exit 0
fi

"$python" check.py
cargo build --quiet --manifest-path ../../Cargo.toml --package congruent-examples --example declare --features onnx
"$python" onnx_suites.py
KERAS_BACKEND=jax "$python" keras_check.py

pytorch=${PYTORCH_PYTHON:-$python}
if "$pytorch" -c "import torch, safetensors" 2>/dev/null; then
  "$pytorch" pytorch.py --check
else
  echo "no PyTorch here: what it loads is not checked"
fi
