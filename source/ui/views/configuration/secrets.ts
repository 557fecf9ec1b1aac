/** `token_file` and the like name a place, not the secret itself. */
const SECRET_KEY = /(token|password|passwd|secret|credential|api_?key|private_?key)(?!.*_?(file|path|dir)$)/i;
const USER_INFO = /(\/\/[^/\s:@]*:)[^/\s@]*@/g;
/** Of one length always, so that the length tells nothing. */
const MASK = '••••••••';

/** The value as it may be shown: what looks like a password or a token is masked, also inside a URL. */
export function maskSecrets(key: string, value: string): string {
  if (value !== '' && SECRET_KEY.test(key)) return MASK;
  return value.replace(USER_INFO, `$1${MASK}@`);
}
