import { describe, expect, test } from 'vitest';
import { createBus } from '#bus/bus.ts';
import type { Event } from '#model/events.ts';

function notice(message: string): Event {
  return { type: 'noticed', at: 0, level: 'info', message };
}

function textOf(event: Event): string {
  return event.type === 'noticed' ? event.message : event.type;
}

describe('the bus', () => {
  test('tells every subscriber, in the order of subscription, before publish returns', () => {
    const bus = createBus();
    const heard: string[] = [];
    bus.subscribe((event) => heard.push(`first ${textOf(event)}`));
    bus.subscribe((event) => heard.push(`second ${textOf(event)}`));
    bus.publish(notice('a'));
    expect(heard).toEqual(['first a', 'second a']);
  });

  test('an event published by a subscriber reaches everybody after the one that caused it', () => {
    const bus = createBus();
    const heard: string[] = [];
    bus.subscribe((event) => {
      if (textOf(event) === 'cause') bus.publish(notice('effect'));
    });
    bus.subscribe((event) => heard.push(textOf(event)));
    bus.publish(notice('cause'));
    expect(heard).toEqual(['cause', 'effect']);
  });

  test('nobody hears anything after leaving', () => {
    const bus = createBus();
    const heard: string[] = [];
    const leave = bus.subscribe((event) => heard.push(textOf(event)));
    bus.publish(notice('a'));
    leave();
    bus.publish(notice('b'));
    expect(heard).toEqual(['a']);
  });

  test('a subscriber that throws does not silence the bus for what comes later', () => {
    const bus = createBus();
    const heard: string[] = [];
    const leave = bus.subscribe(() => {
      throw new Error('defect');
    });
    bus.subscribe((event) => heard.push(textOf(event)));
    expect(() => bus.publish(notice('a'))).toThrow('defect');
    leave();
    bus.publish(notice('b'));
    expect(heard).toEqual(['b']);
  });
});
