/* digits.h: written by `cargo run --bin header`; do not edit */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* The probabilities of the ten digits, for an image of 28 rows of 28 pixels from 0 to 1. */
/* Returns 0, or 1 when a pointer is null. Allocates nothing; threads may call it at the same time. */
int digits_predict(const float input[784], float output[10]);

#ifdef __cplusplus
}
#endif
