import { expect, it } from 'vitest';
import { renderCsv, renderCsvHead } from '../../src/report/csv.js';

it('cells are no formulas, heads are the names as they are', () => {
  expect(renderCsvHead(['@timestamp', 'a,b', 'x\u001b'])).toBe('@timestamp,"a,b",x\\x1b\n');
  expect(renderCsv([['@x', '=1', ' +a', '-5', '+1.5', 'a"b', '-cmd']])).toBe(
    `'@x,'=1,' +a,-5,+1.5,"a""b",'-cmd\n`,
  );
});
