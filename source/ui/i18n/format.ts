import type { Language } from './translate.ts';

/** Numbers, durations and times as a reader of one language expects them. Widths are kept steady. */
export interface Format {
  /** A number with a fixed count of decimals and the language's decimal sign, without grouping. */
  number(value: number, decimals?: number): string;
  /** A whole number with its thousands apart, `12 034`. */
  count(value: number): string;
  /** `99.8 %` from 0–1; exactly `100 %` only where nothing is missing. */
  percent(rate: number): string;
  /** A latency: `0.6 ms`, `12 ms`, `1.9 s`. */
  latency(ms: number): string;
  /** A length of time in its two largest units: `3 s`, `12 min`, `4 h 05 min`, `3 d 04 h`. */
  duration(ms: number): string;
  /** A run time: `0.42 s`, `1.92 s`, `2 min 05 s`. */
  seconds(seconds: number): string;
  /** A running clock: `04:17:09`, `3d 04:17`. */
  uptime(ms: number): string;
  /** Local time of day, `21:42:07`. */
  time(at: number): string;
  /** Local date and time, `2026-11-23 21:42:07`. */
  dateTime(at: number): string;
}

export function formatFor(language: Language): Format {
  const decimalSign = language === 'es' ? ',' : '.';
  const number = (value: number, decimals = 0) => value.toFixed(decimals).replace('.', decimalSign);
  const time = (at: number) => {
    const date = new Date(at);
    return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  };
  return {
    number,
    count: (value) => number(value).replace(/\B(?=(\d{3})+$)/g, ' '),
    percent(rate) {
      const percent = rate * 100;
      // Rounding must never turn 99.96 % into a flawless 100 %.
      return percent === 100 ? '100 %' : `${number(Math.min(99.9, Math.floor(percent * 10) / 10), 1)} %`;
    },
    latency(ms) {
      if (ms < 9.95) return `${number(ms, 1)} ms`;
      if (ms < 999.5) return `${number(ms)} ms`;
      return `${number(ms / 1000, 1)} s`;
    },
    duration(ms) {
      const total = Math.max(0, Math.floor(ms / 1000));
      const [seconds, minutes, hours, days] = [
        total % 60,
        Math.floor(total / 60) % 60,
        Math.floor(total / 3600) % 24,
        Math.floor(total / 86_400),
      ];
      if (days > 0) return `${days} d ${two(hours)} h`;
      if (hours > 0) return `${hours} h ${two(minutes)} min`;
      return minutes > 0 ? `${minutes} min` : `${seconds} s`;
    },
    seconds(seconds) {
      // Rounding must not make 59.999 s into 60.00 s.
      if (seconds < 59.995) return `${number(seconds, 2)} s`;
      const total = Math.max(60, Math.floor(seconds));
      return `${Math.floor(total / 60)} min ${two(total % 60)} s`;
    },
    uptime(ms) {
      const total = Math.max(0, Math.floor(ms / 1000));
      const days = Math.floor(total / 86_400);
      const hours = two(Math.floor(total / 3600) % 24);
      const minutes = two(Math.floor(total / 60) % 60);
      return days > 0 ? `${days}d ${hours}:${minutes}` : `${hours}:${minutes}:${two(total % 60)}`;
    },
    time,
    dateTime(at) {
      const date = new Date(at);
      return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time(at)}`;
    },
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
