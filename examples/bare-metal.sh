#!/usr/bin/env bash
# Builds the programs of device/, cortex-m/, riscv/ and wasm/, runs them in emulators, prints what they take, and fails
# where they disagree with the desktop, or constants with what the linker and the painted stack say.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
unset CARGO_TARGET_DIR RUSTFLAGS
exports=$(../.ci/bare-metal)
out=$here/device/target/reports
mkdir -p "$out"
failures=0
fail() { echo "FAILED: $*"; failures=$((failures + 1)); }

build() { # build FOLDER TARGET [PROFILE ARGUMENTS...]
  local folder=$1 target=$2 profile=${3:-release}
  shift $(($# < 3 ? $# : 3))
  set -- --profile "$profile" "$@"
  (eval "$exports" && cd "$folder" && cargo build --locked --quiet $BARE_METAL_FLAGS --target "$target" "$@")
}
arm() { # arm MACHINE FIRMWARE: a nanosecond for each instruction, so that SysTick counts these
  (eval "$exports" && timeout 300 $QEMU_ARM -M "$1" -nographic -icount shift=0 \
    -semihosting-config enable=on,target=native -kernel "$2")
}
riscv() {
  (eval "$exports" && timeout 300 $QEMU_RISCV32 -M virt -bios none -nographic -icount shift=0 -kernel "$1")
}
# these read to the end: who stops reading early ends the writer, which `pipefail` takes for a failure
section() { # section ELF NAME: its size
  local size
  size=$(readelf -SW "$1" | sed 's/^ *\[ *[0-9]*\]//' | awk -v name="$2" '$1 == name && !n++ { print $5 }')
  echo $((0x0$size))
}
symbol() { readelf -sW "$1" | awk -v name="$2" '$8 ~ name && !n++ { print $3 }'; }
number() { sed -n "/.*$2 \([0-9]*\).*/{s//\1/p;q}" "$out/$1"; }

echo "the desktop: with its own kernels, and with those of a processor without vectors"
(cd device && cargo build --locked --quiet --release)
(cd device && RUSTFLAGS="--cfg congruent_scalar" cargo build --locked --quiet --release --target-dir target/scalar)
desktop=$here/device/target/release/congruent-device
scalar=$here/device/target/scalar/release/congruent-device
for program in infer train adapt; do
  "$desktop" $program >"$out/$program.desktop"
  "$scalar" $program >"$out/$program.scalar"
done

# agree NAME PROGRAM: bit for bit with the desktop's scalar kernels; inference within 1e-5 with its vectors
agree() {
  "$desktop" compare bits "$out/$1" "$out/$2.scalar" | sed "s/^/$1: /" || fail "$1 and the desktop disagree"
  if [ "$2" = infer ]; then
    "$desktop" compare close "$out/$1" "$out/$2.desktop" | sed "s/^/$1, vectors: /" || fail "$1 and the desktop disagree"
  fi
}

# equal NAME CONSTANT ELF SYMBOL SPARE: what the program says a constant is, and what the linker gave its `static`
equal() {
  local says gave
  says=$(number "$1" "constant $2") gave=$(symbol "$3" "$4")
  gave=$((gave))
  [ "$says" = $((gave - $5)) ] || fail "$1: $2 is $says, but the linker gave $gave bytes to $4 (of which $5 are the place's own)"
}

# row NAME ELF DIGITS WORK: a row of the table; DIGITS are the bytes of flash that the data set takes
rows=""
row() {
  local flash=0 ram=0 part
  for part in .vector_table .init .text .rodata .data; do flash=$((flash + $(section "$2" $part))); done
  ram=$(($(section "$2" .data) + $(section "$2" .bss)))
  rows+=$(printf '%-16s %9d %9d %9d %9s %9s  %-13s %s' "$1" $((flash - $3)) "$3" "$ram" "$(number "$1" stack)" \
    "$(number "$1" instructions)" "$4" "$(grep '^right' "$out/$1" | tail -1)")$'\n'
  [ "$(number "$1" stack)" -le 1024 ] || fail "$1 takes more than 1 KiB of stack"
}

no_wide_numbers() {
  local found
  found=$(readelf -sW "$1" | awk '{ print $8 }' |
    grep -E '^__(aeabi_(d|[uif]+2d|.*ldiv)|.*df[23]$|[u]?(div|mod)di[34]$)' || true)
  [ -z "$found" ] || fail "$1 computes in 64 bits: $found"
}

panics() { # panics NAME ELF
  if readelf -sW "$2" | grep -q 'panicking'; then fail "$1 can panic"; fi
}

# Where there is a disassembler: no function calls itself, be it through others, and none is called by its address, so that
# the deepest stack is that of the longest chain of calls.
bounded_calls() {
  command -v llvm-objdump >/dev/null || { echo "no llvm-objdump here: the calls are not looked at"; return; }
  local calls
  calls=$(llvm-objdump -d --no-show-raw-insn "$1" | awk '
    /^[0-9a-f]+ <[^$]/ { current = $2; next }
    /[ \t]blx[ \t]+r/ { print current, "by-address" }
    /[ \t](bl|b|b\.w)[ \t]/ && match($0, /<[^>]*>/) {
      callee = substr($0, RSTART, RLENGTH) ":"
      if (callee ~ /^<\$/ || callee ~ /\+/) next
      if (callee != current) print current, callee
      else if ($0 ~ /[ \t]bl[ \t]/) print current, "by-address"
    }' | sort -u)
  ! grep -q by-address <<<"$calls" || fail "$1 calls by address or itself"
  tsort <<<"$calls" >/dev/null 2>&1 || fail "$1 calls in a circle"
  echo "$(wc -l <<<"$calls") kinds of calls, none in a circle"
}

held_out=$(stat -c %s "$(ls -t device/target/release/build/congruent-device-*/out/test.bin | head -1)")
digits=$((held_out + $(stat -c %s "$(ls -t device/target/release/build/congruent-device-*/out/train.bin | head -1)")))

echo "Cortex-M4F"
BOARD=stm32f411 build cortex-m thumbv7em-none-eabihf # it must fit
build cortex-m thumbv7em-none-eabihf
folder=cortex-m/target/thumbv7em-none-eabihf/release
for program in infer train adapt; do
  arm mps2-an386 $folder/$program >"$out/m4f-$program" || fail "$program ended in failure"
  agree m4f-$program $program
  no_wide_numbers $folder/$program
  panics m4f-$program $folder/$program
done
row m4f-infer $folder/infer "$held_out" "an inference"
row m4f-train $folder/train $digits "a step of 4"
row m4f-adapt $folder/adapt $digits "a step of 4"
place=8 # what a `Place` has besides its value
equal m4f-infer PARAMETER_BYTES $folder/infer 8programs7TRAINED 0
equal m4f-infer INFERENCE_BYTES $folder/infer 8programs7SCRATCH $place
equal m4f-train PARAMETER_BYTES $folder/train 8programs7NETWORK $place
equal m4f-train WORKSPACE_BYTES $folder/train 8programs9WORKSPACE $place
equal m4f-adapt PARAMETER_BYTES $folder/adapt 8programs8ADAPTING $place
equal m4f-adapt WORKSPACE_BYTES $folder/adapt 8programs18ADAPTING_WORKSPACE $place
# with its workspace on the stack instead of in a `static`, inference takes that much more of it, and what the caller keeps:
# the output on its way, and the registers that calls save
static=$(number m4f-infer "stack") stacked=$(number m4f-infer "own stack")
workspace=$(number m4f-infer "constant INFERENCE_BYTES")
[ "$stacked" -ge "$workspace" ] && [ "$stacked" -le $((static + workspace + 192)) ] ||
  fail "inference takes $static bytes of stack, and $stacked with a workspace of $workspace bytes on it"
grep -qx "memory untouched" "$out/m4f-train" || fail "training has changed memory outside its statics"

echo "Cortex-M0"
BOARD=microbit build cortex-m thumbv6m-none-eabi release --bin infer
arm microbit cortex-m/target/thumbv6m-none-eabi/release/infer >"$out/m0-infer" || fail "infer ended in failure"
agree m0-infer infer
panics m0-infer cortex-m/target/thumbv6m-none-eabi/release/infer
row m0-infer cortex-m/target/thumbv6m-none-eabi/release/infer "$held_out" "an inference"

echo "RISC-V"
build riscv riscv32imac-unknown-none-elf
riscv riscv/target/riscv32imac-unknown-none-elf/release/infer >"$out/rv32-infer" || fail "infer ended in failure"
agree rv32-infer infer
panics rv32-infer riscv/target/riscv32imac-unknown-none-elf/release/infer
row rv32-infer riscv/target/riscv32imac-unknown-none-elf/release/infer "$held_out" "an inference"

echo "WebAssembly"
build wasm wasm32-unknown-unknown
if command -v node >/dev/null; then
  node wasm/check.mjs wasm/target/wasm32-unknown-unknown/release/congruent_wasm.wasm data/digits.csv.gz || fail "the module"
else
  echo "no node here: built, not run"
fi

echo "no panic, no recursion, no f64: for every layer, loss and optimizer"
build ../tests/no-panic thumbv7em-none-eabihf || fail "something can panic at opt-level 3"
build ../tests/no-panic thumbv7em-none-eabihf small || fail "something can panic at opt-level s"
for profile in release small; do
  no_wide_numbers ../tests/no-panic/target/thumbv7em-none-eabihf/$profile/congruent-no-panic
done
# at opt-level s the optimizer's and the generator's callbacks are left as calls by address; at 3 all calls are seen
bounded_calls ../tests/no-panic/target/thumbv7em-none-eabihf/release/congruent-no-panic

echo
printf '%-16s %9s %9s %9s %9s %9s  %-13s %s\n' program flash "+ digits" RAM stack instruct. for "of the digits held out"
printf '%s' "$rows"
echo
grep saved "$out/m4f-adapt"
grep loss "$out/m4f-train"
[ $failures = 0 ] || { echo "$failures failed"; exit 1; }
echo "all agree"
