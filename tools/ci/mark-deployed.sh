#!/usr/bin/env bash
# Move the tag deployed/STACK to this commit, which rollback.sh goes back to:
# tools/ci/mark-deployed.sh STACK, with GH_TOKEN set to a token that may push.
set -euo pipefail

stack=${1:?name the stack}
: "${GH_TOKEN:?set it to a token that may push}"

# Git asks the helper, so that the token is neither on a command line nor kept in the checkout.
# shellcheck disable=SC2016  # the helper's own shell expands it
git -c credential.helper= \
  -c credential.helper='!printf "username=x-access-token\npassword=%s\n" "$GH_TOKEN" #' \
  push --force --quiet origin "HEAD:refs/tags/deployed/$stack"
