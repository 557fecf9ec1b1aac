/** The loopback address of the stub worker at `index`: 127.1.0.1, 127.1.0.2 … */
export function addressOf(index: number): string {
  return `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}
