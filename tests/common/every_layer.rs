// One small network for each built-in layer and activation, which several tests go through. A new one takes one line here.

/// Hands all of them to a macro, as `Word: network![…];`, first those from numbers to numbers, then those with tokens, then those of two sequences.
macro_rules! every_layer {
    ($each:ident) => {
        $each! {
            numbers {
                Linear: network![[5] -> [3]; Dense<5, 3, Linear>];
                Relu: network![[5] -> [3]; Dense<5, 3>, Relu];
                LeakyRelu: network![[5] -> [3]; Dense<5, 3>, LeakyRelu];
                Sigmoid: network![[5] -> [3]; Dense<5, 3>, Sigmoid];
                Tanh: network![[5] -> [3]; Dense<5, 3>, Tanh];
                Gelu: network![[5] -> [3]; Dense<5, 3>, Gelu];
                Silu: network![[5] -> [3]; Dense<5, 3>, Silu];
                Softmax: network![[5] -> [3]; Dense<5, 3>, Softmax];
                Elu: network![[5] -> [3]; Dense<5, 3>, Elu];
                HardSigmoid: network![[5] -> [3]; Dense<5, 3>, HardSigmoid];
                HardSwish: network![[5] -> [3]; Dense<5, 3>, HardSwish];
                Hardtanh: network![[5] -> [3]; Dense<5, 3>, Hardtanh];
                LogSoftmax: network![[5] -> [3]; Dense<5, 3>, LogSoftmax];
                Mish: network![[5] -> [3]; Dense<5, 3>, Mish];
                Relu6: network![[5] -> [3]; Dense<5, 3>, Relu6];
                Selu: network![[5] -> [3]; Dense<5, 3>, Selu];
                Softplus: network![[5] -> [3]; Dense<5, 3>, Softplus];
                AvgPool1d: network![[2, 8] -> [2, 4]; AvgPool1d<2>];
                AvgPool2d: network![[2, 4, 6] -> [2, 2, 3]; AvgPool2d<2>];
                BatchNorm1d: network![[5] -> [5]; BatchNorm1d];
                BatchNorm2d: network![[3, 2, 3] -> [3, 2, 3]; BatchNorm2d];
                Concat: network![[2, 3, 4] -> [5, 3, 4]; Concat<Conv2d<2, 3, 1>, Linear>];
                Conv1d: network![[2, 7] -> [3, 5]; Conv1d<2, 3, 3>];
                Conv2d: network![[2, 4, 5] -> [3, 2, 3]; Conv2d<2, 3, 3>];
                ConvTranspose2d: network![[2, 3, 2] -> [3, 6, 4]; ConvTranspose2d<2, 3, 2, stride = 2>];
                Dense: network![[5] -> [3]; Dense<5, 3>];
                DepthwiseConv2d: network![[2, 4, 5] -> [2, 2, 3]; DepthwiseConv2d<2, 3>];
                Dropout: network![[9] -> [9]; Dropout<0.3>];
                Flatten: network![[2, 3] -> [6]; Flatten];
                GlobalAvgPool: network![[3, 2, 4] -> [3]; GlobalAvgPool];
                GlobalMaxPool: network![[3, 2, 4] -> [3]; GlobalMaxPool];
                GroupNorm: network![[4, 2, 3] -> [4, 2, 3]; GroupNorm<2>];
                Gru: network![[4, 3] -> [4, 2]; Gru<3, 2>];
                InstanceNorm2d: network![[3, 2, 4] -> [3, 2, 4]; InstanceNorm2d<affine = true>];
                LastStep: network![[4, 3] -> [3]; LastStep];
                LayerNorm: network![[7] -> [7]; LayerNorm];
                Lstm: network![[4, 3] -> [4, 2]; Lstm<3, 2>];
                MaxPool1d: network![[2, 8] -> [2, 4]; MaxPool1d<2>];
                MaxPool2d: network![[2, 4, 6] -> [2, 2, 3]; MaxPool2d<2>];
                MeanOverTime: network![[4, 3] -> [3]; MeanOverTime];
                MultiHeadAttention: network![[3, 4] -> [3, 4]; MultiHeadAttention<4, 2>];
                Multiply: network![[3, 2, 4] -> [3, 2, 4]; Multiply<GlobalAvgPool, Dense<3, 2, Tanh>, Dense<2, 3, Sigmoid>>];
                PositionalEncoding: network![[3, 4] -> [3, 4]; PositionalEncoding];
                Prelu: network![[3, 2, 4] -> [3, 2, 4]; Prelu<_>];
                Reshape: network![[2, 6] -> [3, 4]; Reshape<[3, 4]>];
                Residual: network![[4] -> [4]; Residual<Dense<4, 4, Tanh>>];
                RmsNorm: network![[7] -> [7]; RmsNorm];
                Rnn: network![[4, 3] -> [4, 2]; Rnn<3, 2>];
                SpatialDropout: network![[4, 2, 3] -> [4, 2, 3]; SpatialDropout<0.3>];
                TimeDistributed: network![[4, 3] -> [4, 2]; TimeDistributed<Dense<3, 2>>];
                TransformerEncoder: network![[3, 4] -> [3, 4]; TransformerEncoder<4, 2, 5>];
                Upsample2d: network![[2, 3, 2] -> [2, 6, 4]; Upsample2d<2>];
                ZeroPad2d: network![[2, 3, 2] -> [2, 5, 4]; ZeroPad2d<1>];
            }
            tokens {
                Embedding: network![[4] -> [4, 3]; Embedding<9, 3>];
            }
            pairs {
                EncoderDecoder: network![
                    EncoderDecoder<[Embedding<7, 3>, Gru<3, 4>], AttentionDecoder<7, 3, 4>, source = 4, target = 5>
                ];
            }
        }
    };
}
