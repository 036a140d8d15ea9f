//! Networks whose layers name what they take, exported for other tools to check; those with several inputs and outputs under their names.

use congruent::prelude::*;
use congruent::{Parameters, Shape, zeroed_box};

use super::{Sample, check, kept, lengths, network, samples};

include!("../../common/every_graph.rs");

macro_rules! tests {
    (numbers { $($name:ident: $network:ty;)* } several { $($rest:tt)* }) => {
        $(#[test]
        fn $name() {
            check::<$network>(concat!("graphs/", stringify!($name)));
        })*
    };
}

every_graph!(tests);

/// A network from and to values with names; of sequences of up to a length, the lengths are inputs too.
macro_rules! named {
    ($test:ident, $Net:ty, $Input:ident { $($in:ident: $I:ty),* } $($lengths:ident)? -> { $($out:ident: $O:ty),* }) => {
        #[test]
        fn $test() {
            #[derive(Parameters)]
            #[repr(C)]
            struct Case {
                $($in: [<$I as Sample>::Array; 3],)*
                $($lengths: [f32; 3],)?
                $($out: [<$O as Sample>::Array; 3],)*
            }
            let network = network::<$Net>();
            let mut case: Box<Case> = zeroed_box();
            let lengths = lengths(4);
            $(case.$lengths = lengths.map(|length| length as f32);)?
            $(case.$in = *samples::<<$I as Sample>::Array>(<$I as Shape>::DIMS);)*
            for i in 0..3 {
                let output = network.forward(&$Input { $($in: <$I as Sample>::of(&case.$in[i], lengths[i])),* });
                $(case.$out[i] = output.$out.array();)*
            }
            kept(concat!("graphs/", stringify!($test)), &congruent::io::onnx::to_bytes(&*network).unwrap(), &*case);
        }
    };
}

named!(actor_critic, ActorCritic, ActorCriticInput { image: [[[f32; 4]; 4]; 2], speed: [f32; 2] } -> { policy: [f32; 3], value: [f32; 1] });
named!(tagged, Tagged, TaggedInput { words: [Token; 5], extra: [f32; 4] } -> { mean: [f32; 4], tags: [[f32; 2]; 5] });
named!(read, Read, ReadInput { words: Padded<[f32; 3], 4> } words_lengths -> { r#final: [f32; 2], again: [f32; 2] });
