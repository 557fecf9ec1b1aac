/** `2026-11-23T21:45:48.248000`: local, without a zone, with microseconds as Python writes it. */
export function localTime(at: number): string {
  const date = new Date(at);
  const { day, time } = parts(date);
  return `${day.join('-')}T${time.join(':')}.${digits(date.getMilliseconds(), 3)}000`;
}

/** `20261123_214548`: local, for the name of a file. */
export function localStamp(at: number): string {
  const { day, time } = parts(new Date(at));
  return `${day.join('')}_${time.join('')}`;
}

function parts(date: Date): { readonly day: string[]; readonly time: string[] } {
  return {
    day: [digits(date.getFullYear(), 4), digits(date.getMonth() + 1, 2), digits(date.getDate(), 2)],
    time: [date.getHours(), date.getMinutes(), date.getSeconds()].map((value) => digits(value, 2)),
  };
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
