//! What the settings of optimizers and schedules may be: one condition, for the program that sets one and for the file that one is read from.

/// For each kind of setting a constant function that refuses what it cannot be, and with serde one of the same name that reads it.
macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident($value:ident: $number:ty): $condition:expr, $message:literal;)*) => {
        $(
            $(#[$doc])*
            #[allow(clippy::manual_range_contains)] // a range is not asked in a constant
            #[track_caller]
            pub(super) const fn $name($value: $number) -> $number {
                assert!($condition, $message);
                $value
            }
        )*

        #[cfg(feature = "serde")]
        pub(super) mod read {
            use serde::de::{Deserialize, Deserializer, Error};

            $(
                $(#[$doc])*
                #[allow(clippy::manual_range_contains)]
                pub(in super::super) fn $name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$number, D::Error> {
                    let $value = <$number>::deserialize(deserializer)?;
                    if $condition { Ok($value) } else { Err(D::Error::custom(format_args!("{}, not {}", $message, $value))) }
                }
            )*
        }
    };
}

settings! {
    /// A learning rate.
    learning_rate(rate: f32): rate >= 0.0 && rate.is_finite(), "a learning rate is finite and not negative";
    /// How much of a running mean is kept.
    decay(factor: f32): factor >= 0.0 && factor < 1.0, "momentum, beta and alpha are at least 0 and less than 1";
    /// What is added to a divisor.
    epsilon(epsilon: f32): epsilon > 0.0 && epsilon.is_finite(), "an epsilon is finite and above 0";
    /// The `λ` of a weight decay.
    weight_decay(lambda: f32): lambda >= 0.0 && lambda.is_finite(), "a weight decay is finite and not negative";
    /// After how many steps a schedule falls.
    every(steps: u32): steps > 0, "a schedule falls after each 1 step or more";
    /// By how much a schedule falls.
    factor(factor: f32): factor >= 0.0 && factor.is_finite(), "the factor of a schedule is finite and not negative";
    /// How long a cosine is.
    steps(steps: u32): steps > 0, "a cosine has 1 step or more";
}
