//! What is said where a declaration cannot be read.

use proc_macro2::Ident;

/// `generics` is what was written, with the constants in it by their names.
pub fn generics(generics: &str, constants: &[String]) -> String {
    let constants: Vec<String> = constants.iter().map(|name| format!("`const {name}: usize = 32;`")).collect();
    let instead = match constants.as_slice() {
        [] => String::new(),
        all => format!(", and write {} before `network!`, with the number that is meant", all.join(" and ")),
    };
    let leave = if generics.is_empty() { "the `where`" } else { &format!("`{generics}`") };
    format!("a network has no generic parameters: its sizes are numbers or constants\nhelp: leave out {leave}{instead}")
}
pub const BODY: &str = "expected the layers: `{ name: Layer, ... }` or `(Layer, ...);`\n\
    help: write `{ hidden: Dense<64, 32, Relu>, output: Dense<32, 10, Softmax> }` or other layers here";
pub const ARROW: &str = "expected `->` between what comes in and what goes out\nhelp: write `[64] -> [10]`";
pub const SIZES: &str = "expected `,` between the sizes of a shape\nhelp: write `[3, 28, 28]`, the outermost first";
pub const ARGUMENT: &str = "expected an argument: a size, an activation or a layer\n\
    help: write one here, or leave out the comma before it";
pub const HALF_A_SETTING: &str = "expected `=` and a value after `return`\nhelp: write `return = last`";
pub const ARRAY: &str = "a shape is written as its sizes alone, the outermost first";
pub const REFERENCE: &str = "a network owns its layers\nhelp: leave out `&`";
pub const VALUE: &str = "a layer has no value: parameters are drawn or read when the program runs\nhelp: leave it out";
pub const AFTER_END: &str =
    "the network ends before this\nhelp: leave it out; each network has a `network!` of its own";
pub const TYPE_ATTRIBUTE: &str = "a network without a name has no attributes\n\
    help: give it a name: `struct Name(...);`";
pub const TYPE_MAPPING: &str = "expected `;` after the mapping: `network![[784] -> [10]; Dense<_, 10>]`";
pub const BUDGET: &str = "a budget limits `flash`, `ram` or `macs`\n\
    help: write `#[budget(flash = 32 * 1024, ram = 8 * 1024, macs = 2_000_000)]`, or some of these";
pub const EMPTY: &str = "a network has at least one layer\nhelp: write `Dense<4, 2>`, 4 inputs and 2 outputs";
pub const EMPTY_SHAPE: &str = "a shape has at least one size\nhelp: write `[1]` for a single number";
pub const AT_MOST_HOW_MANY: &str =
    "expected the most steps that a sequence may have\nhelp: write `[..12]` for up to 12 steps";
pub const MAPPING: &str = "expected a mapping: `[64] -> [10]`, the shape that comes in and the shape that goes out";
pub const ARGUMENT_END: &str = "expected `,` or `>` after an argument\n\
    help: a size that is computed goes into braces: `{ 2 * N }`";
pub const FROZEN_ARGUMENTS: &str = "`#[frozen]` takes no argument\n\
    help: write `#[frozen]` above each layer that keeps its parameters, and nothing above the others";
pub const NO_STRUCT: &str =
    "expected `struct`\nhelp: write `struct Name { name: Layer, ... }`, or a list of layers as a type";

pub fn budget_without_limit(key: &Ident) -> String {
    let example = if key == "macs" { "2_000_000" } else { "32 * 1024" };
    format!("a budget says how much\nhelp: write `{key} = {example}`")
}

pub fn budget_twice(key: &Ident) -> String {
    format!("`{key}` is limited twice\nhelp: keep one of the two")
}

pub fn missing_comma(layer: &str) -> String {
    format!("expected a comma after `{layer}`\nhelp: write `{layer},`")
}

pub fn second_name(name: &str) -> String {
    format!("expected a comma after `{name}`: a layer has one name\nhelp: leave out one of the two")
}

pub fn missing_colon(name: &Ident, layer: &str) -> String {
    format!("expected `:` and a layer after the name `{name}`\nhelp: write `{name}: {layer}`")
}

pub fn missing_name(layer: &str) -> String {
    format!("a layer in braces has a name\nhelp: write `hidden: {layer}`, or all layers without names in parentheses")
}

/// `braces` is what stands in them, where all layers have names.
pub fn name_by_position(layer: &str, braces: Option<&str>) -> String {
    let cure = match braces {
        Some(layers) => format!("write `{{ {layers} }}`"),
        None if layer.is_empty() => "leave the name out".into(),
        None => format!("write `{layer}`, or `struct Name {{ ... }}` with a name for each layer"),
    };
    format!("layers in parentheses have no names\nhelp: {cure}")
}

pub const TWO_CLOSED: &str = "nothing is open that this `>` closes\nhelp: leave it out";
pub const ATTRIBUTE_OF_NOTHING: &str = "no layer comes after this\n\
    help: write it above the layer that it is about, or with `//` if it is about none";

pub fn not_struct(word: &Ident, name: &Ident) -> String {
    format!("a network is a `struct`, but `{word}` was found\nhelp: write `struct {name}`")
}

/// What is wrong with a mapping, and the mapping as it was meant.
pub fn mapping_slip(slip: &str, mapping: &str) -> String {
    format!("{slip}\nhelp: write `{mapping}`")
}

pub fn mapping_without_colon(mapping: &str) -> String {
    format!("expected `:` before the mapping\nhelp: write `: {mapping}`")
}

pub const ANOTHER_ARROW: &str = "expected `->` between what comes in and what goes out";
pub const BATCH: &str = "a mapping is that of one sample: how many there are in a batch is no part of it";
pub const UNBRACKETED: &str = "a shape stands in brackets";
pub const MACRO: &str = "a layer is a type with a name, and no call of a macro\n\
    help: give it a name, `type Body = network![...];`, and write the name here";
pub const BUDGET_OF_LAYER: &str = "a budget is that of the whole network\n\
    help: write it above `struct`";

pub fn parentheses(layer: &str, args: &str) -> String {
    let args = if args.is_empty() { String::new() } else { format!("<{args}>") };
    format!("the arguments of a layer stand between `<` and `>`\nhelp: write `{layer}{args}`")
}

pub fn expected(what: &str) -> String {
    let example = if what.contains("layer") { "hidden: Dense<64, 32, Relu>" } else { "struct Digits { ... }" };
    format!("expected {what}\nhelp: write `{example}`")
}

/// What stands after `struct`.
pub const NETWORK_NAME: &str = "the network's name";

pub fn keyword(word: &Ident, what: &str) -> String {
    let cure = if word == "_" { "hidden".into() } else { format!("{word}_") };
    format!("`{word}` is a word of the language and cannot be {what}\nhelp: write `{cure}` or another name")
}

pub fn not_frozen(found: &str) -> String {
    format!("no attribute of a layer is named `{found}`; did you mean `frozen`?\nhelp: write `#[frozen]`")
}

pub const UNCLOSED: &str = "this `<` is not closed";
pub const COLON_OF_SETTING: &str = "`=` stands between the name of a setting and its value";

/// `shape` is the input.
pub fn half_a_mapping(shape: &str) -> String {
    format!(
        "a mapping says what goes out, too\nhelp: write `{shape} -> [10]`, with what the last layer gives for `[10]`"
    )
}

/// A sequence of up to `most` steps as a range of Rust.
pub fn at_most(most: &str) -> String {
    format!("a sequence of up to {most} steps is written `[..{most}]`\nhelp: write `..{most}`")
}

pub fn struct_left_out(name: &Ident) -> String {
    format!("expected `struct` before the name of a network\nhelp: write `struct {name}`")
}

pub fn public_behind_struct(name: &Ident) -> String {
    format!("`pub` stands before `struct`\nhelp: write `pub struct {name}`")
}

pub fn number_for_name(layer: &str) -> String {
    format!("expected the layer's name, but a number was found\nhelp: write `hidden: {layer}`")
}

pub const SIZE_IN_A_MAPPING: &str = "a size of a shape is a number or a constant\nhelp: write a number, as 32";
pub const NAMED_SIZE: &str = "the sizes of a shape have no names";
pub const MUT: &str = "a layer is changed in training by whoever has the network as `mut`\nhelp: leave out `mut`";
pub const COMPUTED: &str = "a size that is computed goes into braces";
pub const ARROW_BETWEEN: &str = "a comma stands between the arguments of a layer";
/// A function among the layers.
pub fn method(name: &str) -> String {
    let passes = ["forward", "call", "backward", "__call__", "__init__"].contains(&name);
    if passes {
        return "the layers follow each other as they are written: their passes are written by nobody\nhelp: leave it out".into();
    }
    "a network has layers, and no functions\nhelp: write it in an `impl` after the network".into()
}

/// Several layers in one field, which are written as several fields; without names where the others have none.
pub fn several_layers(layers: &[String]) -> String {
    format!("each layer of a network stands by itself\nhelp: write `{}`", layers.join(", "))
}

pub const LET: &str = "the layers of a network are fields, and no variables\nhelp: leave out `let`";
pub const EQUALS_BEFORE_BODY: &str = "the layers follow the mapping\nhelp: leave out `=`";
