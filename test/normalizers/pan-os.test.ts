import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const HEAD = '<14>Nov 18 16:09:08 PA-220 1,2026/11/18 16:09:07,0128';
const AT = '2026/11/18 16:09:07';

describe('pan-os', () => {
  it('reads a threat: what, where, who, and the url of url logs', () => {
    const session = `192.0.2.1,198.51.100.1,0.0.0.0,0.0.0.0,rule1,corp\\bob,,web,vsys1,trust,untrust,e1,e2,fwd,${AT},1,1,5,80,0,0,0x0,tcp`;
    const virus = normalized(
      `${HEAD},THREAT,virus,1,${AT},${session},reset-both,"a,b.exe",Eicar(100),any,high`,
    );
    expect(virus).toMatchObject({
      'rule.name': 'Eicar(100)',
      'file.name': 'a,b.exe',
      'event.outcome': 'failure',
      'source.nat.ip': null,
    });
    expect(virus.logsource.categories).toContain('antivirus');
    expect(virus.record.fields).toMatchObject({ Signature: 'Eicar(100)', app: 'web' });
    const url = normalized(
      `${HEAD},THREAT,url,1,${AT},${session},block-url,"example.com/x?q=1",(9999),x,low`,
    );
    expect(url.logsource.categories).toContain('proxy');
    expect(url['url.original']).toBe('example.com/x?q=1');
    expect(url['event.outcome']).toBe('failure');
  });

  it('reads configuration changes and GlobalProtect logins', () => {
    expect(
      normalized(`${HEAD},CONFIG,0,0,${AT},192.0.2.9,,set,admin,Web,Succeeded,config shared,1,0x0`),
    ).toMatchObject({
      'source.ip': '192.0.2.9',
      'user.name': 'admin',
      'event.action': 'set',
      'event.outcome': 'success',
    });
    const portal = normalized(
      `${HEAD},GLOBALPROTECT,0,2305,${AT},vsys1,portal-auth,login,LDAP,,bob,US,PC1,192.0.2.3,0.0.0.0,0.0.0.0,0.0.0.0,,,5,Windows,"10",1,bad password,,,failure`,
    );
    expect(portal).toMatchObject({
      'user.name': 'bob',
      'source.ip': '192.0.2.3',
      'event.outcome': 'failure',
      'event.reason': 'bad password',
    });
    expect(portal.logsource).toMatchObject({
      product: 'paloalto',
      categories: ['appliance', 'authentication'],
      services: ['globalprotect'],
    });
  });

  it('leaves other CSV alone', () => {
    for (const line of [
      '<14>Nov 18 16:09:08 h 1,2,3,4,5,6,7,8,9',
      '<14>Nov 18 16:09:08 h 1,2026-11-18 16:09:07,x',
    ]) {
      expect(normalized(line).logsource.closed).toBe(false);
    }
  });
});
