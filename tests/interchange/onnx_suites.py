"""The models of the ONNX project's own suites, and what is declared of each: `onnx_suites.txt`.

`python3 onnx_suites.py` compares, `--write` writes the list anew. The models come with the package `onnx`; the example `declare` reads them,
which is built first: `cargo build --package congruent-examples --example declare --features onnx`.
"""

import os
import subprocess
import sys
from pathlib import Path

import onnx

HERE = Path(__file__).parent
LIST = HERE / "onnx_suites.txt"
SUITES = ["pytorch-converted", "pytorch-operator", "simple"]


def declare():
    target = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "../../target"))
    return target / "debug/examples/declare"


def said_of(model):
    """The layers, or the reason why there are none."""
    run = subprocess.run([declare(), model], capture_output=True, text=True)
    if run.returncode != 0:
        return "refused: " + run.stderr.strip().removeprefix("error: ").removeprefix(f"{model}: ")
    lines = [line.strip() for line in run.stdout.splitlines() if line.startswith("        ")]
    layers = [line.split(": ", 1)[-1] for line in lines if line != "},"]
    return " ".join(layers).rstrip(",")


def main():
    data = Path(onnx.__file__).parent / "backend/test/data"
    models = sorted(model for suite in SUITES for model in (data / suite).glob("*/model.onnx"))
    found = "".join(f"{model.parent.parent.name}/{model.parent.name}: {said_of(model)}\n" for model in models)
    if "--write" in sys.argv:
        LIST.write_text(found)
        return
    expected = LIST.read_text().splitlines()
    for line in found.splitlines():
        # the package may have gained models
        name = line.split(": ", 1)[0]
        known = [other for other in expected if other.startswith(name + ": ")]
        if known and known != [line]:
            sys.exit(f"expected {known[0]}\nfound    {line}\n`onnx_suites.py --write` writes the list anew")
    print(f"{found.count(chr(10))} models of ONNX's suites are read as listed")


main()
