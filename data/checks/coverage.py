#!/usr/bin/env python3
"""What the corpus covers, and what is thin.

    python3 data/checks/coverage.py [--into data/README.md]

Prints the sizes and label shares of the splits, articles by kind, register and decade, and
articles by subject. A subject is what the splits are kept apart by; the column topic says the
same more finely.

Run it from the root of the repository. Needs nothing but Python.
"""
import argparse
import csv
from collections import Counter

import block

SPLITS = ["train", "validation", "test"]
LABELS = ["neutral", "pakistan_rebuttal", "us_claim"]
DECADES = ["2001–09", "2010–19", "2020–25"]


def decade(year):
    return DECADES[0] if year < 2010 else DECADES[1] if year < 2020 else DECADES[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", metavar="PAGE.md", help="put the tables into the blocks splits, coverage and subjects")
    args = parser.parse_args()
    rows = []
    for split in SPLITS:
        with open(f"data/{split}.csv", encoding="utf-8", newline="") as file:
            rows += [dict(row, split=split) for row in csv.DictReader(file)]

    lines = []
    for split in [*SPLITS, "all"]:
        some = [r for r in rows if split in (r["split"], "all")]
        labels = Counter(r["label"] for r in some)
        lines.append([split, len({r["article"] for r in some}), len({r["subject"] for r in some}), f"{len(some):,}",
                      f"{len(some) / len(rows):.1%}", *(f"{labels[l]:,} ({labels[l] / len(some):.1%})" for l in LABELS)])
    splits = block.table(["split", "articles", "subjects", "sentences", "share", *LABELS], lines)

    articles = {r["article"]: r for r in rows}.values()
    count = Counter((r["register"], r["kind"], decade(int(r["year"]))) for r in articles)
    kinds = [kind for kind, _ in Counter(r["kind"] for r in articles).most_common()]
    registers = [register for register, _ in Counter(r["register"] for r in articles).most_common()]
    total = lambda register=None, kind=None, when=None: sum(
        n for (r, k, d), n in count.items() if register in (None, r) and kind in (None, k) and when in (None, d)
    )
    cell = lambda register, kind: " · ".join(str(total(register, kind, d)) for d in DECADES) if total(register, kind) else "—"
    coverage = f"Articles in {', '.join(DECADES)}:\n\n" + block.table(
        ["register", *kinds, "all"],
        [*([r, *(cell(r, k) for k in kinds), total(r)] for r in registers),
         ["all", *(f"{cell(None, k)} = {total(None, k)} ({total(None, k) / len(articles):.0%})" for k in kinds),
          f"{cell(None, None)} = {len(articles)}"]],
    )
    subjects = Counter((r["subject"], r["split"]) for r in articles)
    names = Counter(r["subject"] for r in articles)
    by_split = []
    for split in SPLITS:
        listed = [f"{name} {n}" if n > 1 else name for name, n in sorted(names.items(), key=lambda x: (-x[1], x[0].lower()))
                  if subjects[name, split]]
        by_split.append(f"* **{split}**: " + "; ".join(listed))
    subject_text = "\n".join(by_split) + "\n\nA number is that of articles, where there is more than one."
    for name, text in [("splits", splits), ("coverage", coverage), ("subjects", subject_text)]:
        block.emit(text + ("" if args.into else "\n"), args.into, name)


if __name__ == "__main__":
    main()
