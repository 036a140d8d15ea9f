"""Writes subwords.json and subwords.txt beside this script: a small tokenizer of the package tokenizers, and what it makes of some texts.

    pip install tokenizers
    python tests/interchange/subwords.py

Made with tokenizers 0.22. A line of subwords.txt is a text, a tab, its numbers, a tab, and the text that they are put together to.
"""

from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

HERE = Path(__file__).parent
TEXTS = ["the lowest price", "a new tower, lower than before", "été à la plage", "xyz 123", "slower slowest"]


def main():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(["low lower lowest slow slower new newer newest the tower price"] * 4, trainer)
    tokenizer.save(str(HERE / "subwords.json"), pretty=False)
    lines = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        lines.append("\t".join([text, " ".join(map(str, ids)), tokenizer.decode(ids)]))
    (HERE / "subwords.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
