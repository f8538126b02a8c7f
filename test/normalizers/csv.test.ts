import { describe, expect, it } from 'vitest';
import { csvColumns } from '../../src/normalizers/csv.js';

describe('csvColumns', () => {
  it('reads quoted columns, doubled quotes, empty columns and an unfinished quote', () => {
    expect(csvColumns('a,"b,""c""",,"d')).toEqual(['a', 'b,"c"', '', 'd']);
    expect(csvColumns('')).toEqual(['']);
    expect(csvColumns('"a"x,b,')).toEqual(['a', 'b', '']);
  });

  it('stops after 160 columns', () => {
    expect(csvColumns(','.repeat(500)).length).toBe(160);
  });
});
