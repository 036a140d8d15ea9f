// 1 error (Conv2D | Conv2d<3, 16, (3, 3), Relu, padding = same>): a convolution as in Keras
use congruent::prelude::*;

network! {
    struct Photos: [3, 32, 32] -> [10] {
        strokes: Conv2D<16, kernel_size = (3, 3), activation = "relu", padding = "same">,
        means: GlobalAvgPool,
        output: Dense<16, 10, Softmax>,
    }
}

fn main() {}
