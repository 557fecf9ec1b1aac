// Replaces a file by as many bytes: `replacing-child.ts PATH BYTES`. Prints `replaced` or the error's code.
import { codeOf } from '#model/errors.ts';
import { replaceFile } from '#storage/replace-file.ts';

const [path = '', bytes] = process.argv.slice(2);
try {
  await replaceFile(path, 'b'.repeat(Number(bytes)));
  process.stdout.write('replaced');
} catch (error) {
  process.stdout.write(`${codeOf(error)}`);
}
