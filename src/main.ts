#!/usr/bin/env node
import { sizeHeaps } from './cli/heaps.js';

sizeHeaps();
const { runCli } = await import('./cli/program.js');
// The only process.exit: everything below returns an exit code.
process.exit(await runCli(process.argv.slice(2)));
