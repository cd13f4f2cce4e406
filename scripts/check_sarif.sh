#!/usr/bin/env bash
# Render both SARIF profiles of the shipped stacks and check them with the multitool.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
count=0
for stack in fixtures/stacks/*; do
  name=$(basename "$stack")
  "$python" -m trailcheck scan "$stack" --exit-zero -f json \
    -o "sarif:$out/$name.sarif" -o "sarif-full:$out/$name.full.sarif" >/dev/null || test $? -eq 3
  count=$((count + 1))
done
test "$count" -gt 0
"$python" scripts/check_sarif.py "$out"/*.sarif
