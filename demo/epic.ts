/** The demo's epic as its user wrote it: one root, three tasks in parallel, one that joins them, and a chain behind it. */
export const demoEpicMarkdown = `# Epic: Tally the expenses

## Goal
A command that reads a list of expenses and says where the money went.

## Success Criteria
- [ ] \`npm run test:all\` passes: every feature is there and tested
- [ ] The README shows how to use it, and what it shows is true

## Task Breakdown

For each task: make its test in \`pending/\` pass, and move that test to \`tests/\`.

| # | Task | Description | Dependencies |
|---|------|-------------|--------------|
| 001 | Read CSV into records | \`parse(text)\` in \`src/parse.js\`; its test is \`pending/001-parse.test.js\` | None |
| 002 | Add up amounts | \`total(records)\` in \`src/total.js\`, in cents; its test is \`pending/002-total.test.js\` | 001 |
| 003 | Group records by a column | \`group(records, column)\` in \`src/group.js\`; its test is \`pending/003-group.test.js\` | 001 |
| 004 | Keep the records that match | \`filter(records, condition)\` in \`src/filter.js\`; its test is \`pending/004-filter.test.js\` | 001 |
| 005 | Join the parts into a report | \`report(text, { by, where })\` in \`src/index.js\`; its test is \`pending/005-report.test.js\` | 002, 003, 004 |
| 006 | Print a report as a table | \`table(rows)\` in \`src/table.js\`; its test is \`pending/006-table.test.js\` | 005 |
| 007 | Give tally a command line | \`src/cli.js FILE --by COLUMN --where CONDITION\`; its test is \`pending/007-cli.test.js\` | 006 |
| 008 | Offer the report as JSON | \`--json\` in \`src/cli.js\`; its test is \`pending/008-json.test.js\` | 007 |
| 009 | Show tally in the README | Examples that a test runs; its test is \`pending/009-docs.test.js\` | 008 |
`;
