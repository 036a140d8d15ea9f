"""Builds everything, runs all crates in turn, round after round, and prints a table for each number of threads.

run.py [--rounds 5] [--python /path/to/python] [--cores 0,1] [--only congruent,candle] [--workloads ResNet]

`congruent` is built by a plain `cargo build --release`; the other crates with `target-cpu=native`, fat LTO and one codegen unit.
With one thread, a program is pinned to the last of the cores. Where the system allows it, all run with real-time priority, so that other
programs on the machine cost them little. A figure is the median of the rounds, each of which is a median itself.
"""

import argparse
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RIVALS = ["candle", "burn", "dfdx", "tract"]
SCRIPTS = ["torch", "tensorflow", "jax", "jax_scan", "onnxruntime"]
OURS = "congruent"
BY_HAND = ", by hand"
# glibc gives large blocks back to the system at once; crates that allocate in each step would spend most of their time in page faults
KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_TOP_PAD_": "100000000",
}

# real-time priority, if this user may have it
FIRST = ["chrt", "-f", "50"] if not subprocess.run(["chrt", "-f", "50", "true"], stderr=subprocess.DEVNULL).returncode else []


def cargo(package, profile, target, flags=""):
    environment = os.environ | {"CARGO_TARGET_DIR": target, "RUSTFLAGS": flags}
    subprocess.run(["cargo", "build", "--profile", profile, "-p", package], cwd=HERE, env=environment, check=True)


def run(command, threads, cores):
    chosen = cores[-1:] if threads == 1 else cores[:threads]
    names = ["CONGRUENT_NUM_THREADS", "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    environment = os.environ | {name: str(threads) for name in names} | KEEP_MEMORY
    command = [*FIRST, "taskset", "-c", ",".join(chosen), *command]
    done = subprocess.run(command, cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"failed: {' '.join(command)}", file=sys.stderr)
    for line in done.stdout.splitlines():
        workload, median, _fastest = line.split("\t")
        yield workload, float(median)


def table(times, threads):
    """`times[workload][program]` is a list of microseconds."""
    print(f"\n{threads} thread{'s' if threads > 1 else ''}, µs:\n")
    names = list(dict.fromkeys(name for programs in times.values() for name in programs if name != OURS))
    print("| workload | congruent | best peer | times faster |", " | ".join(names), "|")
    print("|---|---|---|---|" + "---|" * len(names))
    for workload, programs in times.items():
        medians = {name: statistics.median(values) for name, values in programs.items()}
        ours, peers = medians.pop(OURS, None), medians
        cells = [f"{peers[name]:.4g}" if name in peers else "" for name in names]
        best = min(peers, key=peers.get, default=None)
        ratio = f"{peers[best] / ours:.2f}" if best and ours else ""
        head = [workload, f"{ours:.4g}" if ours else "", f"{best} {peers[best]:.4g}" if best else "", ratio]
        print("|", " | ".join(head + cells), "|")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--cores", default="0,1")
    parser.add_argument("--only", default=",".join([OURS, *RIVALS, *SCRIPTS]))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--workloads", default="", help="those alone whose names have this in them")
    parser.add_argument("--target", default=os.path.join(HERE, "target"))
    options = parser.parse_args()
    only, cores = options.only.split(","), options.cores.split(",")

    cargo("ours", "release", f"{options.target}/ours")
    programs = {OURS: [f"{options.target}/ours/release/ours"]}
    if any(name in only for name in RIVALS):
        cargo("rivals", "rivals", f"{options.target}/rivals", "-C target-cpu=native")
        programs |= {name: [f"{options.target}/rivals/rivals/{name}"] for name in RIVALS}
    programs |= {name: [options.python, "python.py", name] for name in SCRIPTS}
    if "tract" in only or "onnxruntime" in only:
        subprocess.run([options.python, "python.py", "models"], cwd=HERE, check=True)
        subprocess.run([*programs[OURS], "models", "models"], cwd=HERE, check=True)

    results = {threads: {} for threads in map(int, options.threads.split(","))}
    for number in range(options.rounds):
        for threads, times in results.items():
            for name in only:
                command = programs[name] + ([str(threads)] if name in SCRIPTS else [])
                command += [options.workloads] if options.workloads else []
                for workload, time in run(command, threads, cores):
                    by = "by hand" if workload.endswith(BY_HAND) else name
                    times.setdefault(workload.removesuffix(BY_HAND), {}).setdefault(by, []).append(time)
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    for threads, times in results.items():
        table(times, threads)


main()
