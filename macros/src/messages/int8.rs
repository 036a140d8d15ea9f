//! What is said of networks with `#[int8]`.

pub const INT8_TWICE: &str = "a network has one int8 form\nhelp: leave out one of the two";
pub const INT8_OF_LAYER: &str = "the int8 form is that of the whole network\n\
    help: write it above `struct`";
pub const INT8_GRAPH: &str = "a network with `#[int8]` is a chain, in which each layer takes what the one before it gives\n\
    help: leave `#[int8]` out, or what stands in parentheses behind the layers";

pub const INT8_SEVERAL: &str = "a network with `#[int8]` has one input and one output\n\
    help: leave `#[int8]` out, or declare a network of one input and one output beside this one";

/// Of something else in the place of the int8 network's name, be it that name written in another way.
pub fn int8_name(meant: Option<&str>) -> String {
    let cure = match meant {
        Some(name) => format!("write `#[int8({name})]`"),
        None => "write `#[int8]`, and its name is that of the network with `Int8` behind it".into(),
    };
    format!("`#[int8]` takes the name of the int8 network, or nothing\nhelp: {cure}")
}

/// Of a layer that cannot be computed in integers.
pub fn no_int8(name: &str, written: &str) -> String {
    format!(
        "{name} is a `{written}`, which has no int8 form\n\
         help: leave `#[int8]` out, or write layers that have one: `Dense`, convolutions, pools, `Flatten`, and `BatchNorm` behind a convolution"
    )
}

/// Of an activation that cannot be computed in integers.
pub fn no_int8_activation(activation: &str, instead: &str) -> String {
    format!("the activation `{activation}` has no int8 form\nhelp: write `{instead}`")
}

/// Of a normalisation with nothing to fold it into.
pub fn int8_norm_alone(name: &str, written: &str) -> String {
    format!(
        "{name} is a `{written}`, which in integers is folded into the layer before it, but there is none that it fits\n\
         help: put it right behind a convolution or a `Dense` without an activation: `Conv2d<3, 16, 3>, BatchNorm2d, Relu`"
    )
}

/// Of shares of one over more than a vector.
pub fn int8_softmax_of_rows(name: &str, shape: &str) -> String {
    format!(
        "{name} gives `{shape}`, over whose rows there is no `Softmax` in integers, but over a vector alone\n\
         help: leave it out, and compute shares of one from what the network gives; the largest stays the largest"
    )
}

/// Of sums that overflow.
pub fn int8_products(name: &str, products: u64, most: u64) -> String {
    format!(
        "{name} adds up {products} products for each output, but in integers of 32 bits the sum of {most} is the most\n\
         help: leave `#[int8]` out, or make the input of this layer smaller"
    )
}
