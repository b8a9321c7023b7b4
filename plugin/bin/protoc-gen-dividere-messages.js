#!/usr/bin/env node
// npm links a bin only where its file is there at install time, and in a fresh clone dist/ is not.
import "../dist/protoc-gen-dividere-messages.js";
