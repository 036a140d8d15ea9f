"""Writes `rouge.txt` beside this script: scores of the package rouge-score, for `tests/parity/rouge.rs` to compare with.

    pip install rouge-score
    python tests/golden/rouge.py

Made with rouge-score 0.1.2. Each line is the candidate, the reference, and precision, recall and F1 of ROUGE-1, 2, 3 and L, separated by
tabs.
"""

import random
from pathlib import Path

from rouge_score.rouge_scorer import RougeScorer

WORDS = "the The a cat cats dog's ran, runs over-under 12.5 12 é café naïve İstanbul x_y STRASSE straße . \u3000 - ffi".split(" ")

PAIRS = [
    ("the cat sat on the mat", "the cat was on the mat"),
    ("", "the cat"),
    ("the cat", ""),
    ("", ""),
    ("!?", "..."),
    ("one", "one"),
    ("one", "one two three"),
    ("a a a a", "a a"),
    ("a b a b a", "b a b a b"),
    ("police killed the gunman", "police kill the gunman"),
    ("the gunman kill police", "police kill the gunman"),
]


def main():
    draw = random.Random(1)
    text = lambda words: " ".join(draw.choice(words) for _ in range(draw.randrange(0, 30)))
    pairs = PAIRS + [(text(words), text(words)) for words in [WORDS, WORDS[:5]] for _ in range(75)]
    kinds = ["rouge1", "rouge2", "rouge3", "rougeL"]
    scorer = RougeScorer(kinds)
    lines = []
    for candidate, reference in pairs:
        scores = scorer.score(reference, candidate)
        numbers = [number for kind in kinds for number in scores[kind]]
        lines.append("\t".join([candidate, reference, *map(repr, map(float, numbers))]))
    Path(__file__).with_name("rouge.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
