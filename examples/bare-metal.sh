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
for program in infer infer_cnn train adapt; do
  "$desktop" $program >"$out/$program.desktop"
  "$scalar" $program >"$out/$program.scalar"
done

# agree NAME PROGRAM: bit for bit with the desktop's scalar kernels; inference within 1e-5 with its vectors
agree() {
  "$desktop" compare bits "$out/$1" "$out/$2.scalar" | sed "s/^/$1: /" || fail "$1 and the desktop disagree"
  if [[ $2 == infer* ]]; then
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
  # measured: at most 660 bytes for an inference and, where all of a step is inlined into one frame, 1,424 for a step
  local limit=1024
  [[ $4 != "a step"* ]] || limit=1536
  [ "$(number "$1" stack)" -le $limit ] || fail "$1 takes more than $limit bytes of stack"
}

# flash_holds NAME ELF SYMBOL: the weights lie among the constants, and nothing in RAM is large enough for a copy of them
flash_holds() {
  local start size from until ram
  read -r start size < <(readelf -sW "$2" | awk -v name="$3" '$8 ~ name && !n++ { print $2, $3 }')
  read -r from until < <(readelf -SW "$2" | sed 's/^ *\[ *[0-9]*\]//' | awk '$1 == ".rodata" { print $3, $5 }')
  start=$((16#$start)) from=$((16#$from)) until=$((16#$from + 16#$until))
  [ $start -ge $from ] && [ $((start + size)) -le $until ] || fail "$1: $3 is not in flash"
  ram=$(($(section "$2" .data) + $(section "$2" .bss)))
  [ $ram -lt $((size)) ] || fail "$1 has $ram bytes of RAM, room for a copy of $3"
  [ "$(section "$2" .init_array)" = 0 ] || fail "$1 has code that runs before it starts"
}

# steady NAME: inference takes the same instructions whatever comes in, but for the branches of a few numbers. Only where there
# are instructions for floating point: elsewhere the functions that stand for them are quicker with zeros. Traced on the Cortex-M0,
# 636 inferences of the dense network took 26,519 to 26,530 instructions outside these functions, of 204,842 to 364,442 in all.
steady() {
  local most least
  most=$(number "$1" "inference instructions") least=$(number "$1" "at least")
  [ $((most - least)) -le $((most / 50 + 40)) ] || fail "$1 takes from $least to $most instructions"
}

panics() { # panics NAME ELF
  if readelf -sW "$2" | grep -q 'panicking'; then fail "$1 can panic"; fi
}

# The functions of f64, and those that divide 64 bits, that a program has.
wide_numbers() {
  readelf -sW "$1" | awk '{ print $8 }' |
    grep -E '^__(aeabi_(d|[uif]+2d|.*ldiv)|.*df[23]$|[u]?(div|mod)di[34]$)' || true
}

# Calls of functions that call themselves, be it through others, or that are called by their address. Where there are none, the
# deepest stack is that of the longest chain of calls.
unbounded_calls() {
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
  [ -n "$calls" ] || echo "no calls at all: not read"
  grep by-address <<<"$calls" || true
  tsort <<<"$calls" 2>&1 >/dev/null || true
}

# checked NAME PROGRAM ELF: what holds for every program, on every target
checked() {
  local found
  agree "$1" "$2"
  found=$(wide_numbers "$3")
  [ -z "$found" ] || fail "$1 computes in 64 bits: $found"
  panics "$1" "$3"
  case $2 in
    infer) flash_holds "$1" "$3" 8programs7TRAINED ;;
    infer_cnn) flash_holds "$1" "$3" 8programs11TRAINED_CNN ;;
  esac
}

held_out=$(stat -c %s "$(ls -t device/target/release/build/congruent-device-*/out/test.bin | head -1)")
digits=$((held_out + $(stat -c %s "$(ls -t device/target/release/build/congruent-device-*/out/train.bin | head -1)")))

echo "Cortex-M4F"
BOARD=stm32f411 build cortex-m thumbv7em-none-eabihf # it must fit
build cortex-m thumbv7em-none-eabihf
folder=cortex-m/target/thumbv7em-none-eabihf/release
for program in infer infer_cnn train adapt; do
  arm mps2-an386 $folder/$program >"$out/m4f-$program" || fail "$program ended in failure"
  checked m4f-$program $program $folder/$program
done
steady m4f-infer
steady m4f-infer_cnn
row m4f-infer $folder/infer "$held_out" "an inference"
row m4f-infer_cnn $folder/infer_cnn "$held_out" "an inference"
row m4f-train $folder/train $digits "a step of 4"
row m4f-adapt $folder/adapt $digits "a step of 4"
place=8 # what a `StaticCell` has besides its value
equal m4f-infer PARAMETER_BYTES $folder/infer 8programs7TRAINED 0
equal m4f-infer INFERENCE_BYTES $folder/infer 8programs7SCRATCH $place
equal m4f-infer_cnn PARAMETER_BYTES $folder/infer_cnn 8programs11TRAINED_CNN 0
equal m4f-infer_cnn INFERENCE_BYTES $folder/infer_cnn 8programs11SCRATCH_CNN $place
equal m4f-train PARAMETER_BYTES $folder/train 8programs7NETWORK $place
equal m4f-train WORKSPACE_BYTES $folder/train 8programs9WORKSPACE $place
equal m4f-adapt PARAMETER_BYTES $folder/adapt 8programs8ADAPTING $place
equal m4f-adapt WORKSPACE_BYTES $folder/adapt 8programs18ADAPTING_WORKSPACE $place
# with its workspace on the stack instead of in a `static`, inference takes that much more of it, and what the caller keeps:
# the output on its way, and the registers that calls save
for program in infer infer_cnn; do
  static=$(number m4f-$program "stack") stacked=$(number m4f-$program "own stack")
  workspace=$(number m4f-$program "constant INFERENCE_BYTES")
  [ "$stacked" -ge "$workspace" ] && [ "$stacked" -le $((static + workspace + 192)) ] ||
    fail "$program takes $static bytes of stack, and $stacked with a workspace of $workspace bytes on it"
done
# between the statics and the stack all memory is painted before ten thousand steps: they go no deeper than one step does by the
# same code, but for what the loop around them keeps, so that not a word outside the statics has changed
one=$(number m4f-train stack) all=$(number m4f-train "memory down to")
[ "$all" -gt 0 ] && [ "$all" -le $((one + 64)) ] ||
  fail "a step changed memory $one bytes down the stack, but ten thousand $all bytes"

echo "Cortex-M0"
BOARD=microbit build cortex-m thumbv6m-none-eabi release --bin infer --bin infer_cnn
folder=cortex-m/target/thumbv6m-none-eabi/release
for program in infer infer_cnn; do
  arm microbit $folder/$program >"$out/m0-$program" || fail "$program ended in failure"
  checked m0-$program $program $folder/$program
  row m0-$program $folder/$program "$held_out" "an inference"
done

echo "RISC-V"
build riscv riscv32imac-unknown-none-elf
folder=riscv/target/riscv32imac-unknown-none-elf/release
for program in infer infer_cnn; do
  riscv $folder/$program >"$out/rv32-$program" || fail "$program ended in failure"
  checked rv32-$program $program $folder/$program
  row rv32-$program $folder/$program "$held_out" "an inference"
done

echo "WebAssembly"
build wasm wasm32-unknown-unknown
if command -v node >/dev/null; then
  node wasm/check.mjs wasm/target/wasm32-unknown-unknown/release/congruent_wasm.wasm data/digits.csv.gz || fail "the module"
else
  echo "no node here: built, not run"
fi

echo "no panic, no recursion, no f64: for every layer, loss and optimizer"
all=../tests/no-panic/target/thumbv7em-none-eabihf
for profile in release small; do
  build ../tests/no-panic thumbv7em-none-eabihf $profile || fail "something can panic in the profile $profile"
  found=$(wide_numbers $all/$profile/congruent-no-panic)
  [ -z "$found" ] || fail "in the profile $profile something computes in 64 bits: $found"
done
# at opt-level s the optimizer's and the generator's callbacks are left as calls by address; at 3 all calls are seen
command -v llvm-objdump >/dev/null && looks=true || { looks=false; echo "no llvm-objdump here: calls are not looked at"; }
if $looks; then
  found=$(unbounded_calls $all/release/congruent-no-panic)
  [ -z "$found" ] || fail "stack without bound: $found"
fi
# and each check notices what it looks for
if build ../tests/no-panic thumbv7em-none-eabihf release --features panics 2>/dev/null; then fail "a panic goes unnoticed"; fi
build ../tests/no-panic thumbv7em-none-eabihf release --features wide,recursion
[ "$(wide_numbers $all/release/congruent-no-panic | wc -l)" -ge 2 ] || fail "numbers of 64 bits go unnoticed"
! $looks || [ -n "$(unbounded_calls $all/release/congruent-no-panic)" ] || fail "recursion goes unnoticed"

echo
printf '%-16s %9s %9s %9s %9s %9s  %-13s %s\n' program flash "+ digits" RAM stack instruct. for "of the digits held out"
printf '%s' "$rows"
echo
grep saved "$out/m4f-adapt"
grep loss "$out/m4f-train"
[ $failures = 0 ] || { echo "$failures failed"; exit 1; }
echo "all agree"
