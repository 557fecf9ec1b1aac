import { createHash, timingSafeEqual } from 'node:crypto';

/** Tells callers who show the token from strangers. Where no token is set, nobody is a stranger. */
export interface Access {
  /** `authorization`: the header of that name. */
  isKnown(authorization: string | undefined): boolean;
}

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** Compares in constant time: digests have one length, so that not even the token's own length can be measured. */
export function createAccess(token: string | null): Access {
  if (token === null) return { isKnown: () => true };
  const expected = digest(token);
  return {
    isKnown(authorization) {
      const shown = BEARER.exec(authorization ?? '')?.[1] ?? '';
      return timingSafeEqual(digest(shown), expected);
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
