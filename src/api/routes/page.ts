import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { notFound, type Route, route } from '../route.js';

/** dist/web beside dist/api: the page as the build left it. */
const FOLDER = fileURLToPath(new URL('../../web/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Nothing from elsewhere, nothing inline, no text that becomes markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const YEAR_S = 31_536_000;

/** Files by name, read once: what is asked for is looked up here and never on the disk. */
const files = readFiles();

export const pageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/',
    role: null,
    summary: 'The page; it holds no data.',
    answer: TYPES['.html']!,
    handle: ({ reply }) => {
      const page = files.get('index.html');
      if (page === undefined) throw notFound('page: it was not built (npm run build)');
      return reply
        .header('content-security-policy', POLICY)
        .header('cache-control', 'no-cache')
        .type(TYPES['.html']!)
        .send(page);
    },
  }),
  route({
    method: 'GET',
    path: '/assets/:file',
    role: null,
    summary: 'Parts of the page, by names that change with what is in them.',
    params: z.object({ file: z.string().max(200) }),
    answer: 'application/octet-stream',
    handle: ({ params, reply }) => {
      const bytes = files.get(`assets/${params.file}`);
      if (bytes === undefined) throw notFound('file');
      return reply
        .header('cache-control', `public, max-age=${YEAR_S}, immutable`)
        .type(TYPES[extname(params.file)] ?? 'application/octet-stream')
        .send(bytes);
    },
  }),
];

function readFiles(): ReadonlyMap<string, Buffer> {
  if (!existsSync(FOLDER)) return new Map();
  const names = readdirSync(FOLDER, { recursive: true, withFileTypes: true });
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(FOLDER.length), readFileSync(path)];
      }),
  );
}
