/* Reads an image of 784 numbers from standard input and prints the ten probabilities. */
#include <stdio.h>

#include "digits.h"

int main(void) {
    float image[784], probabilities[10];
    for (int i = 0; i < 784; i++) {
        if (scanf("%f", &image[i]) != 1) {
            return 2;
        }
    }
    if (digits_predict(NULL, probabilities) != 1 || digits_predict(image, probabilities) != 0) {
        return 3;
    }
    for (int i = 0; i < 10; i++) {
        printf("%.9g\n", probabilities[i]);
    }
    return 0;
}
