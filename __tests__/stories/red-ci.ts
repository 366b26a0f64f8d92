/** A CI whose one job is called `unit`: red while there is a file called `broken-…`, which it says at the end of its log. */
export function redCi(...before: readonly string[]): string {
  const steps = [...before, 'if ls broken-*; then echo expected 4, got 5; exit 1; fi'];
  return `name: CI
on: pull_request
permissions:
  contents: read
jobs:
  unit:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
${steps.map((line) => `      - run: ${JSON.stringify(line)}\n`).join('')}`;
}
