import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/model/event.js';
import { normalized } from '../helpers/normalized.js';

const ENDS = {
  ts: 1547188415.8,
  uid: 'C1',
  'id.orig_h': '192.0.2.6',
  'id.orig_p': 5,
  'id.resp_h': '198.51.100.1',
  'id.resp_p': 80,
};

function zeek(fields: object): Event {
  return normalized(JSON.stringify({ ...ENDS, ...fields }));
}

describe('zeek', () => {
  it('tells the log by _path, else by the members it alone has', () => {
    const service = (fields: object) => zeek(fields).logsource.services[0];
    expect(service({ _path: 'kerberos' })).toBe('kerberos');
    expect(service({ conn_state: 'SF', service: 'dns' })).toBe('conn');
    expect(service({ query: 'x', qtype_name: 'A' })).toBe('dns');
    expect(service({ method: 'GET', uri: '/', status_code: 200 })).toBe('http');
    expect(service({ operation: 'NetrLogonSamLogon', endpoint: 'netlogon' })).toBe('dce_rpc');
    expect(service({ action: 'SMB::FILE_OPEN', path: '\\\\x\\IPC$', name: 'a' })).toBe('smb_files');
    expect(service({ request_type: 'TGS', client: 'a', service: 'b', cipher: 'rc4-hmac' })).toBe('kerberos');
    expect(service({ cookie: 'bob' })).toBe('rdp');
    expect(service({ server_name: 'x', version: 'TLSv12' })).toBe('ssl');
    expect(service({})).toBeUndefined();
    expect(normalized('{"ts":1,"id":"F1","certificate.serial":"00"}').logsource.services).toEqual(['x509']);
  });

  it('reads nested connection ids', () => {
    const event = normalized(
      '{"ts":1547188415.8,"uid":"C","id":{"orig_h":"192.0.2.6","orig_p":5,"resp_h":"198.51.100.1","resp_p":80},"conn_state":"REJ","duration":0.5}',
    );
    expect(event).toMatchObject({
      'source.ip': '192.0.2.6',
      'destination.port': 80,
      'event.outcome': 'failure',
      'event.duration': 5e8,
    });
  });

  it('takes the time from ts', () => {
    expect(zeek({ conn_state: 'SF' }).timestamp).toBe(1_547_188_415_800);
  });

  it('feeds the generic dns and proxy rules', () => {
    expect(zeek({ query: 'x', qtype_name: 'A' }).logsource.categories).toEqual(['dns']);
    expect(zeek({ uri: '/', status_code: 200 }).logsource.categories).toEqual(['proxy', 'webserver']);
  });
});
