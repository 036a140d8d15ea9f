#!/usr/bin/env bash
# Prints what one inference of the same small network takes on an emulated Cortex-M4F, in whose hands it may be.
set -euo pipefail
cd "$(dirname "$0")"
unset CARGO_TARGET_DIR RUSTFLAGS
exports=$(../../.ci/bare-metal)
eval "$exports"
target=thumbv7em-none-eabihf
part() { echo $((0x0$(readelf -SW "$1" | sed 's/^ *\[ *[0-9]*\]//' | awk -v name="$2" '$1 == name { print $5; exit }'))); }
flash() { echo $(($(part "$1" .vector_table) + $(part "$1" .text) + $(part "$1" .rodata) + $(part "$1" .data))); }
printf '%-20s %7s %7s  %s\n' '' flash static 'one inference'
for profile in release small; do
  cargo build --locked --quiet --profile $profile $BARE_METAL_FLAGS --target $target
  empty=$(flash target/$target/$profile/nothing)
  for program in ours microflow; do
    file=target/$target/$profile/$program
    result=$(timeout 60 $QEMU_ARM -M mps2-an386 -nographic -icount shift=0 \
      -semihosting-config enable=on,target=native -kernel "$file")
    printf '%-20s %7d %7d  %s\n' "$program, $profile" $(($(flash "$file") - empty)) $(($(part "$file" .data) + $(part "$file" .bss))) "$result"
  done
done
echo "flash is counted beyond that of a program that only starts, counts and prints"
