//go:build tools

// Package tools pins the command that build.py compiles.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
