/** What is alike comes together, in the order of its first. `alike`: a value of plain data. */
export function groupsOf<T>(all: readonly T[], alike: (one: T) => unknown): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = JSON.stringify(alike(one));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
