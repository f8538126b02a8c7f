import type { Check } from './check.js';
import { api } from './checks/api.js';
import { arriving } from './checks/arriving.js';
import { certificates } from './checks/certificates.js';
import { clocks } from './checks/clocks.js';
import { daemon } from './checks/daemon.js';
import { disk } from './checks/disk.js';
import { journal } from './checks/journal.js';
import { listening } from './checks/listening.js';
import { losses } from './checks/losses.js';
import { openFiles } from './checks/open-files.js';
import { parsing } from './checks/parsing.js';
import { permissions } from './checks/permissions.js';
import { rules } from './checks/rules.js';
import { sinks } from './checks/sinks.js';
import { state } from './checks/state.js';
import { udpBuffer } from './checks/udp-buffer.js';

/** Everything `vedette doctor` looks at, in the order of its answer. A new check is its file and a line here. */
export const CHECKS = {
  daemon,
  state,
  listening,
  api,
  arriving,
  losses,
  udp_buffer: udpBuffer,
  open_files: openFiles,
  journal,
  permissions,
  certificates,
  parsing,
  clocks,
  rules,
  sinks,
  disk,
} satisfies Record<string, Check>;
