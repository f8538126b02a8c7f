import { Malformed } from '../dialect.js';

/** One field of a message of protobuf, as the wire has it. */
export interface Field {
  readonly number: number;
  /** Of a varint or of fixed bits the value, unsigned; else null. */
  readonly value: bigint | null;
  /** Of what has a length the bytes; else null. */
  readonly bytes: Buffer | null;
}

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/** Fields of a message in their order (protobuf.dev, Encoding). Throws a Malformed where the bytes are no message. */
export function* fieldsOf(message: Buffer): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const tag = varint(message, at);
    at = tag.end;
    const number = Number(tag.value >> 3n);
    const kind = Number(tag.value & 7n);
    if (kind === VARINT) {
      const { value, end } = varint(message, at);
      at = end;
      yield { number, value, bytes: null };
    } else if (kind === BYTES) {
      const length = varint(message, at);
      const end = length.end + Number(length.value);
      if (end > message.length) throw cut();
      at = end;
      yield { number, value: null, bytes: message.subarray(length.end, end) };
    } else if (kind === FIXED64 || kind === FIXED32) {
      const end = at + (kind === FIXED64 ? 8 : 4);
      if (end > message.length) throw cut();
      const value = kind === FIXED64 ? message.readBigUInt64LE(at) : BigInt(message.readUInt32LE(at));
      at = end;
      yield { number, value, bytes: null };
    } else throw new Malformed('the body is no message of protobuf');
  }
}

/** Seven bits a byte, the lowest first; ten bytes at most. */
function varint(bytes: Buffer, from: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  // As numbers do it: nearly all are short, and a bigint for each byte would be slow.
  let low = 0;
  for (let at = from; at < from + 10; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw cut();
    const place = 7 * (at - from);
    if (place < 49) low += (byte & 0x7f) * 2 ** place;
    else value |= BigInt(byte & 0x7f) << BigInt(place);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value | BigInt(low)), end: at + 1 };
  }
  throw new Malformed('the body is no message of protobuf');
}

function cut(): Malformed {
  return new Malformed('the body is no whole message of protobuf');
}
