#!/usr/bin/env bash
# Writes the seeds that are model files: a tiny one and one with a sides file, each as it is and as header and tensors apart
# (see `model` in tests/laws). The other seeds are written by hand. Takes the binary: fuzz/seed.sh target/release/stance
set -euo pipefail
stance=$(realpath "${1:-target/release/stance}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

"$stance" train tests/fixtures/labelled.csv --min-df 4 --max-features 20 -o "$folder/words" >"$folder/log"
"$stance" train docs/tutorial/train.csv --sides docs/tutorial/fish.sides.toml --max-features 4 -o "$folder/sides" >"$folder/log"
for model in words sides; do
    cp "$folder/$model" "fuzz/seeds/model/$model.safetensors"
    length=$(od -An -t u8 -N 8 "$folder/$model" | tr -d ' ')
    { tail -c +9 "$folder/$model" | head -c "$length" | sed 's/ *$//'; echo; tail -c +$((9 + length)) "$folder/$model"; } \
        >"fuzz/seeds/model/$model.parts"
done
