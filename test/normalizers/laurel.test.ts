import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const SYSCALL = {
  ...{
    arch: '0xc000003e',
    syscall: 59,
    success: 'yes',
    exit: 0,
    ppid: 10,
    pid: 11,
    auid: 1000,
    uid: 0,
    comm: 'bash',
  },
  ...{
    exe: '/usr/bin/bash',
    key: 'x',
    SYSCALL: 'execve',
    AUID: 'bob',
    UID: 'root',
    ARGV: ['0x40000', '0x1'],
  },
};
const EVENT = { ID: '1795082400.375:15558', NODE: 'web', SYSCALL };
const read = (records: object) => normalized(JSON.stringify({ ...EVENT, ...records }));

describe('laurel', () => {
  it('reads a command with its parent', () => {
    const event = read({
      EXECVE: { argc: 3, ARGV: ['bash', '-c', 'id; id'] },
      CWD: { cwd: '/tmp' },
      PATH: [
        { name: '/usr/bin/bash', nametype: 'NORMAL' },
        { name: '/lib/ld.so', nametype: 'NORMAL' },
      ],
      PROCTITLE: { ARGV: ['bash'] },
      PARENT_INFO: { ARGV: ['python3', 'x.py'], exe: '/usr/bin/python3', comm: 'python3' },
    });
    expect(event).toMatchObject({
      logsource: { product: 'linux', categories: ['process_creation'], services: ['auditd'] },
      'host.name': 'web',
      'event.action': 'process_started',
      'event.outcome': 'success',
      'process.executable': '/usr/bin/bash',
      'process.command_line': 'bash -c id; id',
      'process.pid': 11,
      'process.working_directory': '/tmp',
      'process.parent.executable': '/usr/bin/python3',
      'process.parent.command_line': 'python3 x.py',
      'user.name': 'bob',
    });
    expect(new Date(event.timestamp).toISOString()).toBe('2026-11-19T10:00:00.375Z');
    expect(event.record.fields).toMatchObject({
      type: expect.arrayContaining(['SYSCALL', 'EXECVE', 'PATH']),
      ...{ a0: 'bash', a1: '-c', a2: 'id; id', exe: '/usr/bin/bash', key: 'x', User: 'root' },
      name: ['/usr/bin/bash', '/lib/ld.so'],
    });
  });

  it('reads the arguments as one text', () => {
    const event = read({ EXECVE: { argc: 2, ARGV_STR: 'bash -i' } });
    expect(event['process.command_line']).toBe('bash -i');
    expect(event.record.fields).toMatchObject({ a0: 'bash', a1: '-i' });
  });

  it('reads a file that was made, and where', () => {
    const event = read({
      CWD: { cwd: '/etc' },
      PATH: [
        { name: '/etc', nametype: 'PARENT' },
        { name: 'x', nametype: 'CREATE' },
      ],
    });
    expect(event.logsource.categories).toEqual(['file_event']);
    expect(event['file.path']).toBe('/etc/x');
  });

  it('has the numbers of other system calls as audit.log writes them', () => {
    const event = read({});
    expect(event.logsource).toMatchObject({ product: 'linux', categories: [], services: ['auditd'] });
    expect(event.record.fields).toMatchObject({ a0: '40000', a1: '1', syscall: 59 });
  });

  it('reads records of user space', () => {
    const event = normalized('{"ID":"1795082400.375:1","ADD_USER":[{"pid":1,"acct":"eve","res":"success"}]}');
    expect(event.record.fields).toMatchObject({ type: ['ADD_USER'], acct: 'eve' });
    expect(event['event.outcome']).toBe('success');
  });

  it('is no other object with an id', () => {
    for (const text of [
      '{"ID":"1795082400.375:1"}',
      '{"ID":"7","SYSCALL":{}}',
      '{"ID":"1795082400.375:1","name":{}}',
    ])
      expect(normalized(text).logsource.closed).toBe(false);
  });
});
