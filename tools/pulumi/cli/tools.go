//go:build tools

// Package tools pins the command that build.py compiles.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
