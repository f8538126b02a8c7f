import type { ScanResult } from '../../model/scan-result.js';
import type { TextStyle } from '../terminal.js';
import { scanCsv } from './csv.js';
import { scanHtml } from './html.js';
import { scanJson } from './json.js';
import { scanText } from './text.js';

/** In parts, to be written one after another. */
type ScanFormat = (result: ScanResult, style: TextStyle) => Iterable<string>;

/** How the result of a scan can be told. */
export const SCAN_FORMATS = {
  text: scanText,
  json: scanJson,
  csv: scanCsv,
  html: scanHtml,
} as const satisfies Readonly<Record<string, ScanFormat>>;

export type ScanFormatName = keyof typeof SCAN_FORMATS;
