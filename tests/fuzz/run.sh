#!/usr/bin/env bash
# Looks at 100,000 files of each format, or as many as the first argument says, which libFuzzer makes of valid ones.
#
# Needs a nightly toolchain, and cargo-fuzz (`cargo install cargo-fuzz`). A file that is not refused as it should be ends the
# run and stays in artifacts/.
set -euo pipefail
cd "$(dirname "$0")"
runs=${1:-100000}

cargo run --quiet --bin seeds
for target in safetensors npz onnx image checkpoint; do
  echo "=== $target"
  # no piece of memory over a megabyte: the files have a few kilobytes
  cargo +nightly fuzz run --fuzz-dir . "$target" -- -runs="$runs" -max_len=20000 -malloc_limit_mb=1 -print_final_stats=1 2>&1 |
    grep -E "^(stat::number_of|stat::average|stat::peak|==|SUMMARY|error|Done)|panicked"
done
