/** The headers of every request to a worker. */
export function headersFor(authorization: string | null): Record<string, string> {
  const headers = { accept: 'application/json', 'user-agent': 'elastic-tui' };
  return authorization === null ? headers : { ...headers, authorization };
}
