#!/usr/bin/env python3
"""How far do the two readers of the corpus agree?

    python3 data/checks/agreement.py [--into data/README.md]

Prints, from data/readings.csv, the share of sentences with the same label, Cohen's kappa, the
F1 of each class (the author's labels taken as gold; the other way round it is the same), the
table of the two readers' labels, and the commonest kinds of difference with what they were
settled to. All figures once over all articles and once over the batches that were labelled by
the final guideline (d).

Run it from the root of the repository. Needs nothing but Python.
"""
import argparse
import csv
from collections import Counter

import block

LABELS = ["neutral", "pakistan_rebuttal", "us_claim"]


def kappa(pairs):
    total = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(a == b for a, b in pairs) / total
    expected = sum(first[label] * second[label] for label in LABELS) / total**2
    return (observed - expected) / (1 - expected)


def f1(pairs, label):
    both = sum(a == b == label for a, b in pairs)
    return 2 * both / (sum(a == label for a, _ in pairs) + sum(b == label for _, b in pairs))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", metavar="PAGE.md", help="put the tables into the block agreement of this page")
    args = parser.parse_args()
    with open("data/readings.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = [("all", rows), ("first batches (a–c)", [r for r in rows if not r["article"].startswith("d")]),
              ("later batches (d)", [r for r in rows if r["article"].startswith("d")])]
    lines = []
    for name, group in groups:
        pairs = [(r["first"], r["second"]) for r in group]
        scores = [f1(pairs, label) for label in LABELS]
        differ = sum(a != b for a, b in pairs)
        lines.append([name, f"{len(pairs):,}", differ, f"{1 - differ / len(pairs):.2%}", f"{kappa(pairs):.3f}",
                      *(f"{s:.3f}" for s in scores), f"{sum(scores) / len(scores):.3f}"])
    text = block.table(["articles", "sentences", "differ", "agree", "kappa", *(f"F1 {l}" for l in LABELS), "macro-F1"], lines)

    confusion = Counter((r["first"], r["second"]) for r in rows)
    text += "\n\n" + block.table(
        ["author \\ second reader", *LABELS],
        [[a, *(f"{confusion[a, b]:,}" for b in LABELS)] for a in LABELS],
    )
    kinds = {}
    for row in rows:
        if row["difference"]:
            kinds.setdefault(row["difference"], []).append(row)
    ranked = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))[:10]
    text += "\n\n" + block.table(
        ["kind of difference (the ten commonest)", "sentences", "as the author", "as the second reader", *(f"→ {l}" for l in LABELS)],
        [[kind, len(some), sum(r["settled"] == r["first"] for r in some), sum(r["settled"] == r["second"] for r in some),
          *(sum(r["settled"] == label for r in some) for label in LABELS)] for kind, some in ranked],
    )
    block.emit(text, args.into, "agreement")


if __name__ == "__main__":
    main()
