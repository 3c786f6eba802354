#!/usr/bin/env bash
# Ask a person about a stack that was deployed and could not be verified: tools/ci/ask.sh STACK
set -euo pipefail

stack=${1:?name the stack}
asked="$stack is deployed and could not be verified, so nothing was rolled back. A person decides: \
look at the reports, run the verification again, or roll back by hand (tools/ci/rollback.sh $stack)."
echo "::error title=$stack could not be verified::$asked"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then echo "**$asked**" >>"$GITHUB_STEP_SUMMARY"; fi
