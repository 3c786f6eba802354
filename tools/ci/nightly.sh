#!/usr/bin/env bash
# Look at stacks and leave reports, the job's summary and issues: tools/ci/nightly.sh FOLDER [STACK...]
# HISTORY is where records are kept, ISSUES the least severity that has an issue (or none), OPTIONS
# what else `stackproof nightly` is told. Exit code: that of `stackproof nightly`, else that of the issues.
set -uo pipefail

folder=${1:?name the folder for the reports}
shift
read -ra options <<<"${OPTIONS:-}"

stackproof nightly "$@" ${HISTORY:+--history "$HISTORY"} --reports "$folder" "${options[@]}"
code=$?

records=("$folder"/*.json)
if [ ! -e "${records[0]}" ]; then exit "$code"; fi # what was wrongly asked leaves none
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  # GitHub takes a megabyte of it.
  cat "$folder"/*.md | head -c 900000 >>"$GITHUB_STEP_SUMMARY"
fi
if [ "${ISSUES:-none}" != none ]; then
  stackproof github-issues "${records[@]}" --severity "$ISSUES" || code=$((code > 0 ? code : $?))
fi
exit "$code"
