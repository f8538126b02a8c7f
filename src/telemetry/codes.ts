/**
 * The closed table of everything that can go wrong with input, rules, and the outside world.
 * A code is a counter label in `stats` and the metrics, and an entry of `parse.errors`; docs/reference/codes.md
 * is checked against this table. Never renumber or reuse one.
 */
export const CODES = {
  // What a receiving source met.
  'frame.truncated': 'A message was longer than max_message; the rest of it was discarded.',
  'frame.bad_octet_count':
    'A sender did not count octets (RFC 6587) on a port set to framing: octet; the connection was closed.',
  'frame.incomplete': 'The connection ended inside a message; what was there was kept.',
  'frame.tls_on_plain_port': 'A TLS handshake arrived on a port without TLS; the connection was closed.',
  'source.denied': 'A sender outside `allow` was refused.',
  'source.too_many_connections': 'A connection was refused because max_connections are open.',
  'source.peer_share':
    'A peer held more than its share (peer_share); its connection or datagram was refused.',
  'source.idle_timeout': 'A connection was closed after idle_timeout without data.',
  'source.connection_error': 'A connection ended with an error.',
  'source.tls_refused': 'A TLS handshake failed or a client certificate was not accepted.',
  'source.unauthorized': 'A request without a valid token was refused.',
  'source.bad_request':
    'A request was refused because it was no HTTP, too long, or not in the form of its path.',
  'source.told_to_wait':
    'A request was answered with “come again”: the queue was full, or too many bodies were in hand.',
  'source.queue_full': 'A datagram was dropped because the queue was full.',
  'source.kernel_drops': 'Datagrams were dropped by the kernel because the receive buffer was full.',
  'source.restarted': 'A source failed and was started again.',
  'source.unreadable': 'A file could not be opened or read; it is tried again.',
  'source.file_truncated': 'A tailed file was cut back to a shorter length and was read from its start.',
  'source.file_lost': 'A tailed file went away before it was read to its end.',
  'source.messages_gone':
    'A stream let go of a message before it was read; where only some subjects are read, those of others may be among them.',
  // What a parser met. The record is kept in every case.
  'parse.empty': 'The record held nothing but separators.',
  'parse.bad_pri': 'A syslog PRI outside 0..191 or with leading zeros; the line was kept as plain text.',
  'parse.bad_timestamp': 'A timestamp that does not exist or cannot be read; receive time is used.',
  'parse.bad_structured_data': 'RFC 5424 structured data that breaks the grammar; left in the message.',
  'parse.bad_json': 'Text that looks like JSON and is not.',
  'parse.json_too_deep': 'JSON nested deeper than the limit; kept as text.',
  'parse.too_many_fields': 'A record with more fields than the limit; the rest was left out.',
  'parse.bad_cef': 'A CEF header with missing parts.',
  'parse.bad_leef': 'A LEEF header with missing parts.',
  'parse.invalid_utf8': 'Bytes that are not UTF-8 were read as U+FFFD.',
  'parse.unparsed': 'No format was recognised; the record was kept as plain text.',
  'parse.format_mismatch': 'The record is not in the format fixed for its source; it was detected instead.',
  // What detection met.
  'clock.set_back': "The daemon's clock was set back by more than 30 seconds; silence is counted anew.",
  'event.future':
    'An event states a time more than 5 minutes after its receipt; detection uses receive time.',
  'event.internal': 'A stage failed on a record; the record was kept without its result. Please report it.',
  'sigma.regex_budget': 'The regex budget of a record was spent; the remaining expressions were not tried.',
  'correlation.late': 'An event was older than the window of its group; it was not counted there.',
  'correlation.evicted':
    'A correlation group, or one more hit to wait on, was dropped to stay within max_groups.',
  'alerts.evicted': 'An open alert was ended early to stay within its limit.',
  'incidents.evicted': 'The alerts of an entity were let go before they could become, or stay, an incident.',
  'session.evicted': 'A session was forgotten to stay within the limit of the session table.',
  'senders.skipped': 'A record was not counted by sender: its chunk names too many.',
  'senders.evicted': 'What was known of a sender was dropped to stay within senders.max.',
  // What the anomaly stage met.
  'anomaly.skipped':
    'An event was not summed up: its chunk names too many entities, or one by too long a name.',
  'anomaly.late': 'An event came after its entity-minute was closed; it was not added to it.',
  'anomaly.evicted': 'The minute of an entity never seen before was dropped to stay within max_entities.',
  'anomaly.early': 'An entity-minute was closed before its time to stay within max_entities.',
  'anomaly.forgotten': 'What was known of an entity was dropped to stay within max_entities.',
  'anomaly.over_share':
    'An entity-minute was above the threshold, but max_share was spent; it raised no alert.',
  'anomaly.drift': 'A new model is of events that are spread otherwise than in the reference.',
  'anomaly.training_failed': 'A new model could not be trained or stored; the old one stays.',
  'anomaly.model_missing':
    'A model that the log or a snapshot names is missing or damaged; another one is used.',
  // What the outside world did to us.
  'log.write_failed': 'A record is detected but missing in the event log, which could not be written.',
  'log.damaged': 'A block of the event log could not be read, or is missing, and was skipped.',
  'state.write_failed': 'The state could not be written; it is tried again.',
  'sink.retry': 'A delivery failed and is tried again.',
  'sink.stalled': 'A call to a sink did not return in time; it is waited for.',
  'sink.dead_letter': 'An alert could not be delivered and was set aside.',
} as const satisfies Record<string, string>;

export type Code = keyof typeof CODES;
