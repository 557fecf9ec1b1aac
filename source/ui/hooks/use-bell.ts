import { useEffect } from 'react';

/** Rings once each time that `trouble` begins. */
export function useBell(trouble: boolean, ring: () => void): void {
  useEffect(() => {
    if (trouble) ring();
  }, [trouble, ring]);
}
