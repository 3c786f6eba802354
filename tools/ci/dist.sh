#!/usr/bin/env bash
# Builds what is published, into dist/, and refuses it unless it is of the tag that started the run.
set -euo pipefail
cd "$(dirname "$0")/../.."

rm -rf dist
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
.venv/bin/uv build --quiet --no-build-isolation --python .venv/bin/python --out-dir dist .
.venv/bin/uv tool run --quiet twine==7.0.0 check --strict dist/*.whl dist/*.tar.gz
if [[ ${GITHUB_REF_TYPE:-} == tag && ! -f dist/stackproof-${GITHUB_REF_NAME#v}-py3-none-any.whl ]]; then
  echo "the tag is $GITHUB_REF_NAME, and what was built is $(ls dist): is the tag on this commit, and the tree clean?" >&2
  exit 1
fi
