#!/usr/bin/env bash
# Print the AWS region that a stack's file names: tools/ci/region.sh STACK
set -euo pipefail

file=Pulumi.${1:?name the stack}.yaml
region=$(sed -nE 's/^ +aws:region: *"?([a-z0-9-]+)"? *$/\1/p' "$file")
if [ -z "$region" ]; then
  echo "$file has no line like 'aws:region: us-east-1' below 'config:'." >&2
  exit 3
fi
echo "$region"
