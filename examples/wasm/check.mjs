// Runs the module on the held-out digits, then teaches it all digits anew:
//   node check.mjs congruent_wasm.wasm ../data/digits.csv.gz
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import assert from "node:assert";

const [wasm, csv] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(wasm));
assert.deepEqual(WebAssembly.Module.imports(module), [], "the module needs nothing of the page");
const { memory, image, infer, learn, forget } = new WebAssembly.Instance(module).exports;

const rows = gunzipSync(readFileSync(csv)).toString().trim().split("\n").map((line) => line.split(",").map(Number));
const test = rows.filter((_, i) => i % 4 == 3);
const train = rows.filter((_, i) => i % 4 != 3);

const show = (row) => new Float32Array(memory.buffer, image(), 64).set(row.slice(0, 64).map((pixel) => pixel / 16));
const tell = (row) => {
  show(row);
  const output = [...new Float32Array(memory.buffer, infer(), 10)];
  return output.indexOf(Math.max(...output));
};
const right = () => test.filter((row) => tell(row) == row[64]).length;

console.log(`right ${right()} of ${test.length}`);
assert.equal(right(), 438);
forget(1);
console.log(`right ${right()} of ${test.length} before`);
let sum = 0;
for (let epoch = 0; epoch < 6; epoch++) {
  sum = 0;
  for (const row of train) {
    show(row);
    sum += learn(row[64]);
  }
  console.log(`loss ${(sum / train.length).toFixed(4)} in epoch ${epoch + 1}`);
}
console.log(`right ${right()} of ${test.length} after learning`);
assert(right() > 420);
assert(Number.isNaN(learn(10)), "10 is no digit");
