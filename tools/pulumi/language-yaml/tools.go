//go:build tools

// Package tools pins the command that build.py compiles.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
