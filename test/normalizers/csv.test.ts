import { describe, expect, it } from 'vitest';
import { CsvColumns } from '../../src/normalizers/csv.js';

function columnsOf(line: string): string[] {
  const columns = new CsvColumns();
  columns.read('what, was, read, before');
  columns.read(line);
  return Array.from({ length: columns.length }, (_, index) => columns.at(index));
}

describe('CsvColumns', () => {
  it('reads quoted columns, doubled quotes, empty columns and an unfinished quote', () => {
    expect(columnsOf('a,"b,""c""",,"d')).toEqual(['a', 'b,"c"', '', 'd']);
    expect(columnsOf('')).toEqual(['']);
    expect(columnsOf('"a"x,b,')).toEqual(['a', 'b', '']);
    expect(columnsOf('"","""",x')).toEqual(['', '"', 'x']);
  });

  it('has no text in a column that is empty, a dash or not there', () => {
    const columns = new CsvColumns();
    columns.read('a,,-');
    expect([0, 1, 2, 3].map((index) => columns.text(index))).toEqual(['a', null, null, null]);
    expect(columns.at(99)).toBe('');
  });

  it('stops after 160 columns', () => {
    expect(columnsOf(','.repeat(500)).length).toBe(160);
  });
});
