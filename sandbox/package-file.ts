/** Finds a file inside an installed package, past what its `exports` offer. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Looks in every `node_modules` from this file upwards, which also holds for a bundle in `dist/`. */
export async function packageFile(name: string): Promise<string> {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = path.join(folder, 'node_modules', name);
    try {
      await access(file);
      return file;
    } catch {
      const parent = path.dirname(folder);
      if (parent === folder) throw new Error(`${name} is not installed: npm install`);
      folder = parent;
    }
  }
}
