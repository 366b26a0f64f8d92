/** Whether a folder could be made and written to, without doing it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';

export function canWriteTo(folder: string): boolean {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
