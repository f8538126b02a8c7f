import { z } from 'zod';
import { bytesField, isLoopback, listenField } from '../model/settings.js';

const HOST = 'expected a host name without port';

/** Whoever can reach the API can try to log in: only this machine can, unless TLS or `insecure_bind` says otherwise. */
export const apiOptions = z
  .strictObject({
    enabled: z.boolean().default(true),
    listen: listenField.prefault('127.0.0.1:5180'),
    /** Names under which browsers reach it, besides addresses and localhost. */
    hosts: z.array(z.string({ error: HOST }).regex(/^[A-Za-z0-9.-]{1,253}$/, HOST)).default([]),
    tls: z.strictObject({ cert: z.string(), key: z.string() }).optional(),
    insecure_bind: z.boolean().default(false),
    /** Of one request, unpacked. */
    max_body: bytesField.default(8 * 1024 ** 2),
  })
  .refine(({ listen, tls, insecure_bind }) => tls !== undefined || insecure_bind || isLoopback(listen.host), {
    path: ['listen'],
    message:
      'expected an address of this machine only, such as 127.0.0.1:5180: for others set api.tls (cert, key), or api.insecure_bind: true behind a proxy that has TLS',
  });
