//! What networks have in other frameworks and not here: rustc finds a method of that name, whose bounds nothing meets, and says what
//! there is instead.
//!
//! Such a method is in nobody's way: a method of the same name, inherent or of any trait, is found as if this one were not there.

#[cfg(feature = "std")]
use crate::memory::aligned_box::Boxed;
use crate::train::optimizer::{Adam, AdamW, RmsProp, Sgd};

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `new`: a network's parameters are drawn",
    label = "write `{Self}::seeded(1)`, with any number, or `{Self}::boxed(&mut rng)` with a generator of random numbers"
)]
pub trait MadeByNew<Never> {}

/// `Digits::new()`. Each network has an impl of its own, so that other types without a `new` are told of as ever.
pub trait New: Sized {
    /// There is none.
    fn new() -> Self;
}

/// Methods that a type does not have, and what is said of them; `{N}` is the network. Where no type is named, it is a network on the heap, as
/// `seeded` makes it.
#[cfg(feature = "std")]
macro_rules! habits {
    ($($Trait:ident, $Bound:ident: [$($method:ident),*], $message:literal, $label:literal;)*) => { $(
        /// Implemented by nothing.
        #[diagnostic::on_unimplemented(message = $message, label = $label)]
        pub trait $Bound<N> {}

        /// Methods that a network does not have.
        pub trait $Trait {
            $(
                /// There is none.
                fn $method(&mut self) {}
            )*
        }

        impl<N> $Trait for Boxed<N> where Boxed<N>: $Bound<N> {}
    )* };
}

#[cfg(feature = "std")]
habits! {
    Mode, HasMode: [train, eval, requires_grad_],
        "a network has no mode: `Trainer::step` and `Fit::run` train it, `forward` infers",
        "leave this call out";
    Summarized, HasSummary: [summary],
        "a network's summary is a constant of its type",
        "write `println!(\"{{}}\", {N}::SUMMARY)`";
    Listed, HasList: [parameters, named_parameters, trainable_weights, get_weights, set_weights],
        "an optimizer is given no parameters: `Trainer::step` and `Fit::run` are given the network",
        "all parameters are a slice by `as_flat` and `as_flat_mut` of `congruent::Parameters`; how many there are is `{N}::PARAMETERS`";
    Stated, HasState: [state_dict, load_state_dict, save_weights, load_weights],
        "a network is saved and loaded by itself",
        "write `save(\"model.safetensors\")?` or `load(\"model.safetensors\")?`";
    Compiled, HasFit: [compile, fit, train_on_batch, evaluate],
        "a network is trained by `Fit`, which is given the loss and the optimizer",
        "write `Fit::new(CrossEntropy::new(), Adam::new(0.001)).epochs(10).run(&mut net, &data)?`";
    Differentiated, HasGradient: [zero_grad, backward],
        "gradients are no part of a network: `Trainer::step` clears, computes and applies them",
        "leave this call out";
}

/// As [`habits`], for types that are known: their bound is not looked at before a method is called.
macro_rules! habits_of {
    ($($Type:ty),*: $Trait:ident, $Bound:ident: [$($method:ident),*], $message:literal, $label:literal) => {
        /// Implemented by nothing.
        #[diagnostic::on_unimplemented(message = $message, label = $label)]
        pub trait $Bound<Never> {}

        /// Methods that there are not.
        pub trait $Trait {
            $(
                /// There is none.
                fn $method(&mut self) {}
            )*
        }

        $( impl $Trait for $Type where $Type: for<'never> $Bound<&'never ()> {} )*
    };
}

habits_of! {
    f32: DifferentiatedLoss, LossWithGradient: [backward, item],
    "a loss is a number: the step that gave it has computed all gradients and applied them",
    "leave this call out"
}
habits_of! {
    Adam, AdamW, RmsProp, Sgd: Stepping, SteppingOptimizer: [step, zero_grad],
    "an optimizer takes no step by itself: `Trainer::step` clears gradients, computes and applies them",
    "leave this call out"
}
