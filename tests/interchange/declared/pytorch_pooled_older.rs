network! {
    pub struct Network: [3, 16, 16] -> [4] {
        features_0: Conv2d<3, 5, 3, Relu, stride = 2, padding = 1>,
        features_3: MaxPool2d<3, stride = 2, padding = 1>,
        features_4: Conv2d<5, 7, 1, Relu>,
        pool: GlobalAvgPool,
        final_: Dense<7, 4>,
    }
}
