import { expect, it } from 'vitest';
import { uuidV5 } from '../../src/model/uuid.js';

it.each([
  [
    'RFC 9562, appendix A.4',
    '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    'www.example.com',
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  ],
  [
    'Python documentation',
    '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    'python.org',
    '886313e1-3b8a-5372-9b90-0c9aee199e5d',
  ],
])('uuidV5 makes the UUID of %s', (_source, namespace, name, uuid) => {
  expect(uuidV5(namespace, name)).toBe(uuid);
});
