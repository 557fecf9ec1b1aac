import { useEffect, useRef } from 'react';

/** Rings whenever there is a trouble that was not there before: once for a worker that is lost, not for each of its pings. */
export function useBell(troubles: ReadonlySet<string>, ring: () => void): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (!troubles.isSubsetOf(known.current)) ring();
    known.current = troubles;
  }, [troubles, ring]);
}
