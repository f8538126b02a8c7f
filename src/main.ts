#!/usr/bin/env node
import { runCli } from './cli/program.js';

// The only process.exit: everything below returns an exit code.
process.exit(await runCli(process.argv.slice(2)));
