import { describe, expect, it } from 'vitest';
import { Event } from '../../src/model/event.js';
import { closedLogsource } from '../../src/model/logsource.js';
import { normalize } from '../../src/normalizers/normalize.js';
import { parseRecord } from '../../src/parsers/parse-record.js';
import { normalized } from '../helpers/normalized.js';

describe('cef', () => {
  it('maps the dictionary in short and in full names', () => {
    const short = normalized(
      'CEF:0|Cisco|ASA|9|106023|Deny|5|src=192.0.2.1 spt=5 dst=198.51.100.1 dpt=443 request=http://x.example/a?b proto=TCP suser=bob act=blocked in=1 out=2',
    );
    expect(short).toMatchObject({
      'source.ip': '192.0.2.1',
      'source.port': 5,
      'destination.port': 443,
      'url.domain': 'x.example',
      'network.transport': 'tcp',
      'user.name': 'bob',
      'event.action': 'blocked',
      'event.outcome': 'failure',
      'event.code': '106023',
      'event.severity': 5,
    });
    const full = normalized(
      'CEF:0|v|p|1|2|n|3|sourceAddress=2001:DB8:0::1 sourcePort=70000 destinationAddress=999.1.1.1',
    );
    expect(full).toMatchObject({ 'source.ip': '2001:db8::1', 'source.port': null, 'destination.ip': null });
  });

  it('keeps extensions and labelled custom ones as raw fields, and the header untouched', () => {
    const event = normalized(
      'CEF:0|Cisco|ASA|9|id|Block|7|act=blocked cs1=Default cs1Label=Policy Name __proto__=x',
    );
    expect(event.record.fields).toMatchObject({ act: 'blocked', PolicyName: 'Default' });
    expect(Object.keys(event.record.fields!)).toContain('__proto__');
    expect(Object.keys(event.record.cef!.extensions)).not.toContain('PolicyName');
  });

  it('finds what FortiOS says under its own names', () => {
    const { record, logsource } = normalized(
      'CEF:0|Fortinet|Fortigate|v7.2.5|44547|event:system|3|FTNTFGTlogid=0100044547 cat=event:system duser=admin sproc=GUI(192.0.2.1) act=Add FTNTFGTcfgpath=system.admin FTNTFGTcfgobj=bob FTNTFGT=x FTNTFGT__proto__=y',
    );
    expect(logsource).toMatchObject({ product: 'fortigate', services: ['event'] });
    expect(record.fields).toMatchObject({
      action: 'Add',
      cfgpath: 'system.admin',
      cfgobj: 'bob',
      user: 'admin',
      act: 'Add',
    });
    expect(Object.keys(record.fields!)).not.toContain('__proto__');
    expect(normalized('CEF:0|v|p|1|2|n|3|act=Add FTNTFGTx=1').record.fields).not.toHaveProperty('action');
  });

  it('keeps what a shipper says beside it', () => {
    for (const message of ['CEF:0|v|p|1|2|n|3|act=Add', 'LEEF:1.0|v|p|1|2|act=Add'])
      expect(normalized(JSON.stringify({ message, act: 'x', env: 'prod' })).record.fields).toMatchObject({
        act: 'Add',
        env: 'prod',
      });
  });

  it('knows products by vendor, product and category', () => {
    const logsource = (head: string, extension = '') => normalized(`CEF:0|${head}|${extension}`).logsource;
    expect(logsource('Cisco|ASA|9|id|n|5')).toMatchObject({
      product: 'cisco',
      categories: ['cef', 'firewall'],
    });
    expect(logsource('Fortinet|Fortigate|6|1|n|3', 'cat=event:system')).toMatchObject({
      services: ['event'],
    });
    expect(logsource('Palo Alto Networks|PAN-OS|10|end|TRAFFIC|1')).toMatchObject({ services: ['traffic'] });
    expect(
      logsource('Microsoft|Microsoft Windows||Microsoft-Windows-Security-Auditing:4688|n|3'),
    ).toMatchObject({
      product: 'windows',
      categories: ['process_creation'],
      services: ['security'],
    });
  });

  it('leaves an unknown product open, to be closed by what the source is configured with', () => {
    const line = 'CEF:0|Acme|Thing|1|id|n|5|src=192.0.2.1';
    expect(normalized(line).logsource.closed).toBe(false);
    const event = new Event();
    parseRecord(line, event.record, { format: 'auto', timezone: 'UTC' }, 0);
    const configured = closedLogsource({ product: 'acme' });
    normalize(event, configured);
    expect(event.logsource).toBe(configured);
    expect(event['source.ip']).toBe('192.0.2.1');
  });
});
