#!/usr/bin/env bash
# Put a stack back to the last commit that was deployed and verified: tools/ci/rollback.sh STACK
# Exit code 3: no such commit is known.
set -euo pipefail

stack=${1:?name the stack}
tag=deployed/$stack

# An update that was killed has left its lock behind; one that failed by itself has not.
if ! pulumi cancel --yes --stack "$stack" --non-interactive; then
  echo "rollback: no update of $stack could be cancelled, so none is taken to be running." >&2
fi

if ! commit=$(git rev-parse --verify --quiet "refs/tags/$tag^{commit}"); then
  echo "rollback: there is no tag $tag, so no commit of $stack is known to be good;" \
    "deploy one that is and the tag will be set." >&2
  exit 3
fi

# A second work tree leaves this one as it is, and has the dependencies of its own commit.
folder=$(mktemp -d)
trap 'git worktree remove --force "$folder"' EXIT
git worktree add --quiet --detach "$folder" "$commit"
make --silent --directory "$folder" .venv/.ready
echo "rollback: deploying $(git log -1 --format='%h %s' "$commit") to $stack"
# What was cancelled may exist without being in the state, hence the refresh.
PATH=$folder/.venv/bin:$PATH pulumi up --cwd "$folder" \
  --yes --skip-preview --refresh --stack "$stack" --non-interactive
