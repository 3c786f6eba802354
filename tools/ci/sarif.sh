#!/usr/bin/env bash
# Show the failures of records to GitHub's code scanning: tools/ci/sarif.sh FOLDER
# GitHub Docs, "REST API endpoints for code scanning", "Upload an analysis as SARIF data".
set -euo pipefail

folder=${1:?name the folder with the records}
for record in "$folder"/*.json; do
  sarif="${record%.json}.sarif"
  stackproof history show "$record" --report "$sarif" >/dev/null
  gzip -c "$sarif" | base64 -w0 |
    jq -R --arg sha "$GITHUB_SHA" --arg ref "$GITHUB_REF" \
      '{commit_sha: $sha, ref: $ref, sarif: .}' |
    gh api --method POST "repos/$GITHUB_REPOSITORY/code-scanning/sarifs" --input - >/dev/null
done
