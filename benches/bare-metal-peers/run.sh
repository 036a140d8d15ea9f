#!/usr/bin/env bash
# Prints what one inference of the same small network takes on an emulated Cortex-M4F, in whose hands it may be.
set -euo pipefail
cd "$(dirname "$0")"
unset CARGO_TARGET_DIR RUSTFLAGS
exports=$(../../.ci/bare-metal)
eval "$exports"
target=thumbv7em-none-eabihf
part() { echo $((0x0$(readelf -SW "$1" | sed 's/^ *\[ *[0-9]*\]//' | awk -v name="$2" '$1 == name && !n++ { print $5 }'))); }
flash() { echo $(($(part "$1" .vector_table) + $(part "$1" .text) + $(part "$1" .rodata) + $(part "$1" .data))); }
build() { (cd "$1" && cargo build --locked --quiet --profile "$profile" $BARE_METAL_FLAGS --target $target); }

row() { # row NAME ELF EMPTY: static RAM is counted without the place for a heap, of which what is in use counts
  local result heap static
  result=$(timeout 60 $QEMU_ARM -M mps2-an386 -nographic -icount shift=0 \
    -semihosting-config enable=on,target=native -kernel "$2")
  heap=$((0x0$(readelf -sW "$2" | awk '$8 ~ /4heap6MEMORY/ && !n++ { printf "%x", $3 }')))
  static=$(($(part "$2" .data) + $(part "$2" .bss) - heap))
  printf '%-20s %9d %7d  %s\n' "$1, $profile" $(($(flash "$2") - $3)) $static "$result"
}

"${RUSTC:-rustc}" --version
newest=$(printf '1.95\n%s\n' "$("${RUSTC:-rustc}" --version | cut -d' ' -f2)" | sort -V | tail -1)
printf '%-20s %9s %7s  %s\n' '' flash static 'one inference'
for profile in release small; do
  build .
  folder=target/$target/$profile
  empty=$(flash $folder/nothing)
  for program in ours microflow; do row $program $folder/$program "$empty"; done
  [ "$newest" != 1.95 ] || { echo "burn asks for Rust 1.95"; continue; }
  build burn
  row burn burn/target/$target/$profile/congruent-peers-burn "$empty"
done
echo "flash is counted beyond that of a program that only starts, counts and prints"
