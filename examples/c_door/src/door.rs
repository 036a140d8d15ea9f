//! The door itself: a macro that writes the function and the header.

/// A function that C can call: plain arrays in, plain arrays out, and the text of the header that declares it.
///
/// The sizes are written again, for the header; the compiler holds them against the network.
macro_rules! c_door {
    ($(#[doc = $doc:literal])* $name:ident: $network:expr, [$inputs:literal] -> [$outputs:literal], in $header:literal) => {
        $(#[doc = $doc])*
        ///
        /// Returns 0, or 1 when a pointer is null.
        ///
        /// # Safety
        ///
        /// `input` points to as many numbers as the network takes, `output` to room for as many as it gives; either is
        /// null or as C has its pointers to `float`.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(input: *const f32, output: *mut f32) -> i32 {
            // SAFETY: the caller's promise.
            let places = unsafe { (input.cast::<[f32; $inputs]>().as_ref(), output.cast::<[f32; $outputs]>().as_mut()) };
            match places {
                (Some(input), Some(output)) => {
                    *output = $network.forward(input);
                    0
                }
                _ => 1,
            }
        }

        /// The header for C, which a test holds against the file.
        pub const HEADER: &str = concat!(
            "/* ", $header, ": written by `cargo run --bin header`; do not edit */\n",
            "#pragma once\n\n",
            "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
            $("/*", $doc, " */\n",)*
            "/* Returns 0, or 1 when a pointer is null. Allocates nothing; threads may call it at the same time. */\n",
            "int ", stringify!($name), "(const float input[", $inputs, "], float output[", $outputs, "]);\n\n",
            "#ifdef __cplusplus\n}\n#endif\n",
        );
    };
}
