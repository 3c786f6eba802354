//go:build tools

// Package tools pins the command that build.py compiles.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
