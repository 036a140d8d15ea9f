// 1 error (Masks | 4,096 | 3,072 | seen | large | both): the values that are alive together need more than RAM
use congruent::prelude::*;

network! {
    #[budget(ram = 1024)]
    struct Masks: [1, 8, 8] -> [1, 8, 8] {
        seen: Conv2d<1, 4, 3, Relu, padding = same>,
        small: MaxPool2d<2>,
        deep: Conv2d<4, 4, 3, Relu, padding = same>,
        large: Upsample2d<2>,
        both: Concat(large, seen),
        mask: Conv2d<8, 1, 1, Sigmoid>,
    }
}
fn main() {}
