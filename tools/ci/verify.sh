#!/usr/bin/env bash
# Verify what a stack deployed and leave the reports in a folder: tools/ci/verify.sh STACK FOLDER [SECONDS]
# For so many seconds what does not hold is read again (0: once is enough).
# Exit code: 0 all verified, 1 when any part failed, else the highest of the parts (3 could not verify).
# In a workflow the variable VERIFIED says the same to later steps: yes, failed or unknown.
set -euo pipefail

stack=${1:?name the stack}
reports=${2:?name the folder for the reports}
settle=${3:-0}

told=unknown
tell() {
  if [ -n "${GITHUB_ENV:-}" ]; then echo "VERIFIED=$told" >>"$GITHUB_ENV"; fi
}
tell # it stays so when we come no further

facts=$(mktemp -d)
trap 'rm -rf "$facts"' EXIT
pulumi stack output --json --stack "$stack" --non-interactive >"$facts/flat-outputs.json"
pulumi stack export --stack "$stack" --non-interactive >"$facts/state.json"

worst=0
failed=0
judge() {
  local code=0
  "$@" --outputs "$facts/flat-outputs.json" --state "$facts/state.json" --settle "$settle" ||
    code=$?
  if [ "$code" -gt "$worst" ]; then worst=$code; fi
  if [ "$code" -eq 1 ]; then failed=1; fi
}

mkdir -p "$reports"
judge .venv/bin/stackproof verify --report "$reports/verify.html" \
  --report "$reports/verify.json" --report "$reports/verify.xml"
judge .venv/bin/pytest -n auto tests/scenarios \
  --junitxml "$reports/scenarios.xml" --scenario-report "$reports/scenarios.json"
# A failure that was seen counts, whatever else could not be.
if [ "$failed" -eq 1 ]; then worst=1; fi
case $worst in
  0) told=yes ;;
  1) told=failed ;;
esac
tell
exit "$worst"
