#!/usr/bin/env node
// npm links a bin only if its file exists at install time, and a fresh clone has no dist/ yet.
import "../dist/protoc-gen-dividere-messages.js";
