"""Opens a stance model in Python and labels one sentence with it: pip install safetensors xxhash numpy

    python docs/read_model.py MODEL.safetensors "A sentence."

For models without a sides file (blocks of words only). It is a specification that runs, not a second program.
"""
import json
import re
import sys
from collections import Counter

import numpy as np
import xxhash
from safetensors import safe_open

path, sentence = sys.argv[1:]

# The checksum covers the whole file, its own sixteen digits read as zeros.
raw = open(path, "rb").read()
key = rb'\"checksum\":\"'
at = raw.index(key) + len(key)
zeroed = raw[:at] + b"0" * 16 + raw[at + 16:]
assert xxhash.xxh3_64_hexdigest(zeroed).encode() == raw[at:at + 16], "damaged"

with safe_open(path, "numpy") as file:
    header = json.loads(file.metadata()["stance"])
    tensor = {name: file.get_tensor(name) for name in file.keys()}
assert header["format_version"] == 1

# Words are lower-cased runs of letters, digits and underscores; terms are found by their XXH3-64.
words = re.findall(r"\w+", sentence.lower())
row = np.zeros(len(tensor["terms"]))
start = idf_start = 0
for block in header["blocks"]:
    n = block["kind"]["words"]
    grams = (words[i:i + k] for k in range(n["min"], n["max"] + 1) for i in range(len(words) - k + 1))
    terms = tensor["terms"][start:start + block["n_terms"]]
    # The frequent terms of a large block come first; both runs ascend.
    runs = [(0, terms[:block["n_frequent"]]), (block["n_frequent"], terms[block["n_frequent"]:])]
    part = np.zeros(block["n_terms"])
    for gram, count in Counter(" ".join(gram) for gram in grams).items():
        fingerprint = np.uint64(xxhash.xxh3_64_intdigest(gram.encode()))
        for first, run in runs:
            rank = np.searchsorted(run, fingerprint)
            if rank < len(run) and run[rank] == fingerprint:
                part[first + rank] = (1 + np.log(count)) * tensor["idf"][idf_start + first + rank]
    row[start:start + block["n_terms"]] = part / (np.linalg.norm(part) or 1)
    start += block["n_terms"]
    idf_start += block["n_terms"]

scores = row @ tensor["weights"] + tensor["intercepts"]
calibrated = tensor["calibration.matrix"] @ (scores - scores.mean()) + tensor["calibration.bias"]
probabilities = np.exp(calibrated - calibrated.max())
probabilities /= probabilities.sum()
for label, probability in zip(header["labels"], probabilities):
    print(f"{probability:.7f}  {label}")
