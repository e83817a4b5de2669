import { describe, expect, it } from '@jest/globals';
import { ChainVerifier, GENESIS_HASH, hashOf, type ChainedEvent } from './chain.js';

function chainOf(count: number): ChainedEvent[] {
  const events: ChainedEvent[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const event = {
      chain: 't-abc',
      sequence,
      id: `evt-${sequence}`,
      type: 'key.created',
      actor: { kind: 'key', key_id: 'key-1' },
      target_id: `key-${sequence}`,
      details: { role: 'runtime', name: `k${sequence}` },
      created_at: '2026-11-24T00:00:00.000Z',
      previous_hash: events.at(-1)?.hash ?? GENESIS_HASH,
    };
    events.push({ ...event, hash: hashOf(event) });
  }
  return events;
}

function faultOf(events: ChainedEvent[], head = { sequence: 5, hash: chainOf(5)[4]?.hash ?? '' }) {
  const verifier = new ChainVerifier(undefined, head);
  for (const event of events) verifier.add(event);
  return verifier.finish(head.sequence);
}

describe('ChainVerifier', () => {
  it('accepts an unmodified chain', () => {
    expect(faultOf(chainOf(5))).toBeUndefined();
  });

  it('computes the documented hash, which never changes', () => {
    expect(chainOf(1)[0]?.hash).toBe('adb8851bc0ef4a54a056fd8862db31abfa5349169e5af04d5924a32080a2d4f4');
  });

  it.each(['id', 'type', 'target_id', 'created_at', 'chain', 'previous_hash'] as const)(
    'reports an event whose %s was modified',
    (name) => {
      const events = chainOf(5).map((event) => (event.sequence === 3 ? { ...event, [name]: 'other' } : event));
      expect(faultOf(events)).toEqual({ sequence: 3, fault: 'the event was modified' });
    },
  );

  it('reports an event whose details or actor were modified, at any depth', () => {
    for (const change of [{ details: { role: 'admin', name: 'k3' } }, { actor: { kind: 'key', key_id: 'key-2' } }]) {
      const events = chainOf(5).map((event) => (event.sequence === 3 ? { ...event, ...change } : event));
      expect(faultOf(events)).toEqual({ sequence: 3, fault: 'the event was modified' });
    }
  });

  it('reports the event after a modified event whose hash was recomputed', () => {
    const events = chainOf(5).map((event) => {
      const changed = { ...event, details: {} };
      return event.sequence === 3 ? { ...changed, hash: hashOf(changed) } : event;
    });
    expect(faultOf(events)).toEqual({ sequence: 4, fault: 'the event does not follow the previous event' });
  });

  it.each([1, 2, 3, 4])('reports that event %d is missing', (sequence) => {
    expect(faultOf(chainOf(5).filter((event) => event.sequence !== sequence))).toEqual({
      sequence,
      fault: 'the event is missing',
    });
  });

  it('reports that the last events, or all events, are missing', () => {
    expect(faultOf(chainOf(4))).toEqual({ sequence: 5, fault: 'the events up to 5 are missing' });
    expect(faultOf([])).toEqual({ sequence: 1, fault: 'the events up to 5 are missing' });
  });

  it('reports swapped and duplicated events', () => {
    const [a, b, c, d, e] = chainOf(5) as [ChainedEvent, ChainedEvent, ChainedEvent, ChainedEvent, ChainedEvent];
    expect(faultOf([a, c, b, d, e])?.sequence).toBe(2);
    expect(faultOf([a, b, b, c, d, e])?.sequence).toBe(2);
    expect(faultOf([a, { ...c, sequence: 2 }, { ...b, sequence: 3 }, d, e])?.sequence).toBe(2);
  });

  it('reports events after the end of the chain', () => {
    const six = chainOf(6);
    expect(faultOf(six)).toEqual({ sequence: 6, fault: 'the event is after the end of the chain' });
  });
});
