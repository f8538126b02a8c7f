import { expect, it } from 'vitest';
import { SINKS } from '../../src/sinks/registry.js';
import type { Sink } from '../../src/sinks/sink.js';
import { keysOf } from '../contracts/sink-contract.js';
import { incidentChange, outboxItem, outboxItems } from '../helpers/alerts.js';
import { describeWithTools } from '../helpers/describe-with-tools.js';
import { addStream, type NatsServer, startNats } from '../helpers/nats-server.js';
import { sinkContext } from '../helpers/sink-context.js';

function sinkOf({ address }: NatsServer, options: Record<string, unknown> = {}): Sink {
  const settings = SINKS.nats.options.parse({ type: 'nats', servers: [address], ...options });
  return SINKS.nats.create(settings, sinkContext());
}

describeWithTools('the sink of NATS', ['nats-server'], () => {
  it('publishes by what a change is and how grave it is', async () => {
    const server = await startNats();
    const client = await server.client();
    await addStream(client, { name: 'SIEM' });
    const sink = sinkOf(server, { subject: 'siem.vienna' });
    const critical = { position: 2, change: incidentChange({ severity: 'critical' }) };
    await sink.deliver([outboxItem(1), critical]);
    await sink.close();
    expect((await client.messages('SIEM')).map(({ subject }) => subject)).toEqual([
      'siem.vienna.alert.high',
      'siem.vienna.incident.critical',
    ]);
  });

  it('has what is published twice stored once, though the daemon has been started anew', async () => {
    const server = await startNats();
    const client = await server.client();
    await addStream(client, { name: 'VEDETTE' });
    const items = outboxItems(3);
    for (const given of [items.slice(0, 2), items]) {
      const sink = sinkOf(server);
      await sink.deliver(given);
      await sink.close();
    }
    const stored = (await client.messages('VEDETTE')).map(({ text }) => JSON.parse(text));
    expect(keysOf(stored.map((change, position) => ({ position, change })))).toEqual(keysOf(items));
  });

  it('says when no stream takes its subjects, and delivers once there is one', async () => {
    const server = await startNats();
    const sink = sinkOf(server);
    await expect(sink.deliver([outboxItem(1)])).rejects.toMatchObject({
      name: 'DeliveryError',
      retryable: true,
      message: `NATS at ${server.address}: no stream takes vedette.alert.high. Make one: nats stream add --subjects 'vedette.>'`,
    });
    const client = await server.client();
    await addStream(client, { name: 'VEDETTE' });
    await sink.deliver([outboxItem(1)]);
    await sink.close();
    expect(await client.messages('VEDETTE')).toHaveLength(1);
  });

  it('sets a change aside that is larger than the server takes', async () => {
    const server = await startNats('max_payload: 4KB');
    await addStream(await server.client(), { name: 'VEDETTE' });
    const sink = sinkOf(server);
    await expect(sink.deliver([outboxItem(1, { reason: 'x'.repeat(5000) })])).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining('Raise max_payload of the server.'),
    });
    await sink.deliver([outboxItem(2)]);
    await sink.close();
  });
});
