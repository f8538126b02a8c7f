const NULL = /^(?:~|null|Null|NULL|)$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
/** As long as events have them; what is longer is text. */
const INT = /^[-+]?[0-9]{1,64}$/;
const HEX = /^0x[0-9a-fA-F]{1,53}$/;
const OCTAL = /^0o[0-7]{1,70}$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** A plain scalar by the core schema (YAML 1.2.2 §10.3.2); infinities and NaN stay text, no event has them. */
export function plainValue(text: string): string | number | bigint | boolean | null {
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (INT.test(text)) return exactInteger(BigInt(text.replace(/^\+/, '')));
  if (HEX.test(text) || OCTAL.test(text)) return exactInteger(BigInt(text));
  if (text.length <= 64 && FLOAT.test(text)) return Number(text);
  return text;
}

function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
