"""The sentences of the race: `corpus.py WORK ROWS TEST_ROWS [TRAIN.csv[.xz] TEST.csv[.xz]]` fills the folder WORK.

Of a corpus with fewer than ROWS rows there are further copies, each changed: in every sentence one word in eight (one at
least) is, by a seeded draw, exchanged for its successor, dropped, or replaced by a word from another sentence. So frequent
words stay frequent, new pairs of words arise as in new text, and the label stays. Test rows are never changed.

Without a corpus one is made up; see `invent`. Every file stands in WORK in the form that each side wants:

    train.csv test.csv small.csv    text,label                     stance, scikit-learn
    train.txt test.txt              a raw sentence a line          stance, scikit-learn, wc
    train.vw test.vw small.vw       NUMBER | words                 Vowpal Wabbit, lower-cased and cut beforehand
    train.ft train.words test.words words, with labels or without  fastText, the same
    one.txt one.words               the first test sentence
    labels.json                     the labels, sorted

This runs as its own process, so that the one that times others holds none of it.
"""

import csv
import json
import lzma
import math
import random
import re
import sys
from contextlib import ExitStack
from pathlib import Path

SMALL_ROWS = 4000
SEED = 1
# The words of scikit-learn: two letters or digits at least.
WORD = re.compile(r"\b\w\w+\b")


def opened(path):
    if str(path).endswith(".xz"):
        return lzma.open(path, "rt", encoding="utf-8", newline="")
    return open(path, encoding="utf-8", newline="")


def read(path):
    """Text and label of every row, a text in one line."""
    with opened(path) as file:
        for row in csv.DictReader(file):
            text = " ".join(row["text"].split())
            if text:
                yield text, row["label"]


def grown(path, rows, random):
    """`rows` rows of a file, in changed copies where it has fewer."""
    words, count = [], 0
    for count, (text, label) in enumerate(read(path), 1):
        # Words as frequent as they are in the first sentences.
        if len(words) < 200_000:
            words.extend(text.split())
        yield text, label
        if count == rows:
            return
    if not count:
        sys.exit(f"{path}: no row")
    while True:
        for text, label in read(path):
            yield changed(text, words, random), label
            count += 1
            if count == rows:
                return


def changed(text, others, random):
    words = text.split()
    for _ in range(max(1, len(words) // 8)):
        at = random.randrange(len(words))
        kind = random.randrange(3)
        if kind == 0 and at + 1 < len(words):
            words[at], words[at + 1] = words[at + 1], words[at]
        elif kind == 1 and len(words) > 1:
            del words[at]
        else:
            words[at] = random.choice(others)
    return " ".join(words)


def invent(rows, random):
    """Made-up sentences: 60,000 words whose frequency falls with their rank (Zipf), of 8 to 36 in a sentence.

    Every third word is the usual successor of the one before, so that pairs come back. One word in five beyond the
    most frequent speaks for one of three labels; a sentence has the label that most of its words speak for, with noise
    large enough that no model finds all.
    """
    vocabulary = 60_000
    syllables = [a + b + c for a in "bdfgklmnprstvz" for b in "aeiou" for c in ("", "n", "r", "s")]
    known = sorted({"".join(random.choices(syllables, k=random.randint(1, 4))) for _ in range(2 * vocabulary)})
    random.shuffle(known)
    # Short words are the frequent ones, as in any language.
    words = sorted(known[:vocabulary], key=len)
    successor = [int(vocabulary ** random.random()) for _ in words]
    speaks = [random.randrange(3) if rank > 50 and random.random() < 0.2 else None for rank in range(vocabulary)]
    for _ in range(rows):
        rank, sentence, scores = 0, [], [random.gauss(0, 0.7) for _ in range(3)]
        for _ in range(random.randint(8, 36)):
            usual = random.random() < 0.33
            # A power of the vocabulary, the exponent drawn evenly: rank r has a share that falls as 1/r.
            rank = successor[rank] if usual else int(math.exp(random.random() * math.log(vocabulary)))
            rank = min(rank, vocabulary - 1)
            sentence.append(words[rank])
            if speaks[rank] is not None:
                scores[speaks[rank]] += 1
            if random.random() < 0.06:
                sentence[-1] += ","
        yield " ".join(sentence).rstrip(",").capitalize() + ".", str(scores.index(max(scores)))


class Part:
    """The files of one part of the data, written row by row."""

    def __init__(self, work, name, numbers, stack):
        def file(ending):
            return stack.enter_context(open(work / f"{name}.{ending}", "w", encoding="utf-8", newline=""))

        self.numbers = numbers
        self.table, self.lines, self.vw, self.fasttext, self.words = map(file, ("csv", "txt", "vw", "ft", "words"))
        self.table = csv.writer(self.table, lineterminator="\n")
        self.table.writerow(["text", "label"])

    def add(self, text, label):
        words, number = " ".join(WORD.findall(text.lower())), self.numbers[label]
        self.table.writerow([text, label])
        self.lines.write(text + "\n")
        self.vw.write(f"{number + 1} | {words}\n")
        self.fasttext.write(f"__label__{number} {words}\n")
        self.words.write(words + "\n")


def main(work, rows, test_rows, train=None, test=None):
    work, rows, test_rows = Path(work), int(rows), int(test_rows)
    labels = sorted({label for path in (train, test) for _, label in read(path)}) if train else ["0", "1", "2"]
    numbers = {label: number for number, label in enumerate(labels)}
    draw = random.Random(SEED)
    invented = None if train else invent(rows + test_rows, draw)
    learnt = grown(train, rows, draw) if train else (next(invented) for _ in range(rows))
    with ExitStack() as stack:
        trained, small = (Part(work, name, numbers, stack) for name in ("train", "small"))
        step = max(1, rows // SMALL_ROWS)
        for count, row in enumerate(learnt):
            trained.add(*row)
            # Drawn from all over: a corpus may be sorted.
            if count % step == 0 and count < step * SMALL_ROWS:
                small.add(*row)
        tested, one = Part(work, "test", numbers, stack), Part(work, "one", numbers, stack)
        for count, row in enumerate(read(test) if train else invented):
            tested.add(*row)
            if count == 0:
                one.add(*row)
    (work / "labels.json").write_text(json.dumps(labels), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
