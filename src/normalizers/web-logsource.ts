import { closedLogsource, type Logsource } from '../model/logsource.js';

const WEBSERVER = closedLogsource({ categories: ['webserver'] });
const NGINX = closedLogsource({ product: 'nginx', categories: ['webserver'], services: ['nginx'] });
const APACHE = closedLogsource({ product: 'apache', categories: ['webserver'], services: ['apache'] });

/** The logsource of a web server by its program's name; null and unknown names are a web server all the same. */
export function webLogsource(program: string | null): Logsource {
  if (program === null) return WEBSERVER;
  if (program.startsWith('nginx')) return NGINX;
  return program.startsWith('apache') || program === 'httpd' ? APACHE : WEBSERVER;
}
