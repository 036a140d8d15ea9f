// 1 error (smae | same): a word of `padding` that is misspelt
use congruent::network;

network! {
    struct Net: [1, 28, 28] -> [10] {
        filters: Conv2d<1, 8, 3, Relu, padding = smae>,
        flat: Flatten,
        output: Dense<6272, 10, Softmax>,
    }
}

fn main() {}
