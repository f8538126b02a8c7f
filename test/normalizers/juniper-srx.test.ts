import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

describe('juniper-srx', () => {
  it('reads the unstructured form of a denied session', () => {
    const event = normalized(
      '<14>Nov 18 16:09:08 srx RT_FLOW: RT_FLOW_SESSION_DENY: session denied 192.0.2.1/51000->198.51.100.1/23 junos-telnet 6(0) p',
    );
    expect(event).toMatchObject({
      'event.code': 'RT_FLOW_SESSION_DENY',
      'source.ip': '192.0.2.1',
      'source.port': 51_000,
      'destination.port': 23,
      'event.outcome': 'failure',
    });
    expect(event.logsource).toMatchObject({ product: 'juniper', categories: ['firewall'] });
  });

  it('reads who logged in to the command line', () => {
    expect(
      normalized(
        "<14>Nov 18 16:09:08 srx mgd[42]: UI_LOGIN_EVENT: User 'admin' login, class 'j-super-user' [42], ssh-connection '192.0.2.9 51000 198.51.100.1 22', client-mode 'cli'",
      ),
    ).toMatchObject({
      'user.name': 'admin',
      'source.ip': '192.0.2.9',
      'source.port': 51_000,
      'event.outcome': 'success',
    });
  });

  it('routes the routing daemon to bgp rules', () => {
    const event = normalized(
      '<14>Nov 18 16:09:08 srx rpd[7]: tcp_auth_ok: Packet from 192.0.2.1:179 missing MD5 digest',
    );
    expect(event.logsource).toMatchObject({ closed: true, product: 'juniper', services: ['bgp', 'syslog'] });
  });

  it('routes what the kernel says of packets without a digest to the rules of their protocol', () => {
    const line = (tag: string, port: number) =>
      normalized(
        `<4>Nov 18 16:09:08 h ${tag}: tcp_auth_ok: Packet from 192.0.2.1:${port} missing MD5 digest`,
      );
    for (const tag of ['/kernel', 'kernel']) {
      expect(line(tag, 179).logsource).toMatchObject({ product: 'juniper', services: ['bgp', 'syslog'] });
      expect(line(tag, 646).logsource).toMatchObject({ product: 'juniper', services: ['syslog'] });
    }
    expect(line('/kernel', 179)).toMatchObject({ 'source.ip': '192.0.2.1', 'source.port': 179 });
    for (const text of ['tcp_auth_ok: x', 'tcp_auth_ok: Packet from ', 'tcp_auth_ok: Packet from x'])
      expect(normalized(`<4>Nov 18 16:09:08 h kernel: ${text}`)['source.ip']).toBeNull();
    expect(normalized('<4>Nov 18 16:09:08 h kernel: x').logsource.product).toBe('linux');
  });

  it('leaves sshd lines without Junos data to OpenSSH', () => {
    expect(
      normalized('<38>Nov 18 16:09:08 h sshd[1]: Failed password for root from 192.0.2.1 port 5 ssh2')
        .logsource.product,
    ).toBe('linux');
  });

  it('takes the first of repeated parameters and none of another vendor', () => {
    const line = (id: string) =>
      `<14>1 2019-11-14T09:37:51Z S x - RT_FLOW_SESSION_DENY [${id} source-address="192.0.2.1" source-address="192.0.2.2"]`;
    expect(normalized(line('junos@2636.1.1'))['source.ip']).toBe('192.0.2.1');
    expect(normalized(line('other@1')).logsource.closed).toBe(false);
  });
});
