import { formatCount } from '../../model/units.js';

const STEPS: readonly (readonly [from: number, unit: string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** `9,870`, `12.3 k`, `1.2 M`: at most three digits that say something from 10,000 on. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) return size % 1 === 0 || size >= 100 ? formatCount(Math.round(value)) : value.toFixed(1);
  const [from, unit] = STEPS.find(([start]) => size >= start * 0.9995)!;
  const scaled = value / from;
  return `${Math.abs(scaled) < 99.95 ? scaled.toFixed(1).replace(/\.0$/, '') : Math.round(scaled)} ${unit}`;
}

/** `1 source`, `2 sources` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${shortNumber(value)} ${value === 1 ? one : many}`;
}

/** `12.3 MiB` */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  const scaled = value / 1024 ** step;
  return `${step === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[step]}`;
}
