import { describe, expect, it } from '@jest/globals';
import { assert, jsonValue, property } from 'fast-check';
import { BEGINNING, canonicalJson, ChainCheck, hashOf, type ChainedEvent } from './chain.js';

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
      previous_hash: events.at(-1)?.hash ?? BEGINNING,
    };
    events.push({ ...event, hash: hashOf(event) });
  }
  return events;
}

function faultOf(events: ChainedEvent[], head = { sequence: 5, hash: chainOf(5)[4]?.hash ?? '' }) {
  const check = new ChainCheck(undefined, head);
  for (const event of events) check.add(event);
  return check.end(head.sequence);
}

describe('canonical JSON', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [
      { '\u20ac': 'Euro', '\r': 'CR', '1': 'one', '\ud83d\ude02': 'smile', '\u00f6': 'o' },
      '{"\\r":"CR","1":"one","ö":"o","€":"Euro","😂":"smile"}',
    ],
    [[1e21, 0.000001, 1e-7, -0, 4.5], '[1e+21,0.000001,1e-7,0,4.5]'],
    [{ a: undefined, b: { d: 1, c: 2 } }, '{"b":{"c":2,"d":1}}'],
    ['\u000f\n"\\', '"\\u000f\\n\\"\\\\"'],
  ])('is as RFC 8785 writes it: %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('is the same whatever order members came in, and reads back as what it was', () => {
    assert(
      property(jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});

describe('a chain', () => {
  it('is sound as it was made', () => {
    expect(faultOf(chainOf(5))).toBeUndefined();
  });

  it('has the documented hash, which does not change', () => {
    expect(chainOf(1)[0]?.hash).toBe('adb8851bc0ef4a54a056fd8862db31abfa5349169e5af04d5924a32080a2d4f4');
  });

  it.each(['id', 'type', 'target_id', 'created_at', 'chain', 'previous_hash'] as const)(
    'shows where %s of an event was changed',
    (name) => {
      const events = chainOf(5).map((event) => (event.sequence === 3 ? { ...event, [name]: 'other' } : event));
      expect(faultOf(events)).toEqual({ sequence: 3, fault: 'it was changed' });
    },
  );

  it('shows where details or the actor were changed, deep inside', () => {
    for (const change of [{ details: { role: 'admin', name: 'k3' } }, { actor: { kind: 'key', key_id: 'key-2' } }]) {
      const events = chainOf(5).map((event) => (event.sequence === 3 ? { ...event, ...change } : event));
      expect(faultOf(events)).toEqual({ sequence: 3, fault: 'it was changed' });
    }
  });

  it('shows a change whose hash was made anew', () => {
    const events = chainOf(5).map((event) => {
      const changed = { ...event, details: {} };
      return event.sequence === 3 ? { ...changed, hash: hashOf(changed) } : event;
    });
    expect(faultOf(events)).toEqual({ sequence: 4, fault: 'it does not follow the event before' });
  });

  it.each([1, 2, 3, 4])('shows that event %d is missing', (sequence) => {
    expect(faultOf(chainOf(5).filter((event) => event.sequence !== sequence))).toEqual({
      sequence,
      fault: 'it is missing',
    });
  });

  it('shows that the last events are missing, and all', () => {
    expect(faultOf(chainOf(4))).toEqual({ sequence: 5, fault: 'the events up to 5 are missing' });
    expect(faultOf([])).toEqual({ sequence: 1, fault: 'the events up to 5 are missing' });
  });

  it('shows two events that changed places, and one that is there twice', () => {
    const [a, b, c, d, e] = chainOf(5) as [ChainedEvent, ChainedEvent, ChainedEvent, ChainedEvent, ChainedEvent];
    expect(faultOf([a, c, b, d, e])?.sequence).toBe(2);
    expect(faultOf([a, b, b, c, d, e])?.sequence).toBe(2);
    expect(faultOf([a, { ...c, sequence: 2 }, { ...b, sequence: 3 }, d, e])?.sequence).toBe(2);
  });

  it('shows events that were put in behind its end', () => {
    const six = chainOf(6);
    expect(faultOf(six)).toEqual({ sequence: 6, fault: 'the chain should have ended before it' });
  });
});
