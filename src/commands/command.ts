/** What a command is: the data of which the command line, recipes, docs and shell completion are made, and what it runs. */
import * as z from 'zod';
import type { Terminal } from '../adapters/terminal.ts';
import type { ExitName } from '../domain/errors.ts';
import type { Recipe } from '../init/recipes.ts';
import type { Checkout, Opening } from '../wiring/checkout.ts';
import type { Environment } from '../wiring/environment.ts';

/** What a command runs on. */
export type Call = {
  cwd: string;
  env: Environment;
  terminal: Terminal;
  /** Writes to stdout, and waits until the reader has taken it. */
  write(text: string): Promise<void>;
  /** Aborted when this process is asked to end. */
  stop: AbortSignal;
  /** The list of commands, for those that are about commands. */
  commands: readonly Command[];
  openCheckout(opening?: Omit<Opening, 'stop'>): Promise<Checkout>;
};

type Described = {
  name: string;
  alias?: string;
  /** In the imperative, without a full stop. The command has no other description. */
  summary: string;
  /** Arguments of an example call, for the recipe. */
  example?: string;
  /** It never writes, so that a signal ends it at once. With `dryRun`, every command is like that. */
  onlyReads?: true;
  /** Not for people. */
  hidden?: true;
  /** Recipes are in Heddle's own justfile and in the one that `heddle init` writes; some commands are of no use in one of them, or in both. */
  recipe?: 'own justfile only' | 'none';
};
type Shape = Readonly<Record<string, z.ZodType>>;
type Declared<Takes extends Shape> = Described & {
  /** Arguments in their order, and options, by the name under which `run` gets them. */
  takes: Takes;
  run(call: Call, given: z.output<z.ZodObject<Takes>>): Promise<ExitName>;
};

export type Command = Described & {
  arguments: readonly Argument[];
  options: readonly Option[];
  /** `given`: what stands on the command line, by name. */
  run(call: Call, given: Readonly<Record<string, unknown>>): Promise<ExitName>;
};
type Argument = {
  name: string;
  what: string;
  required: boolean;
  /** What can be typed there, where that can be known. */
  completes: 'files' | readonly string[];
  /** What is wrong with a value, if anything is. */
  faultOf(text: string): string | undefined;
};
export type Option = Argument & {
  /** `--max-parallel`. */
  long: string;
  /** `-f`. */
  short: string | undefined;
  /** What stands for its value in the help; undefined for a flag. */
  value: string | undefined;
};
type Says = { what: string; value?: string; short?: string; completes?: 'files' };
const said = z.registry<Says & { as: 'argument' | 'option' }>();

/** An option without a value. */
export const flag = z.boolean().default(false);
export const text = z.string();
export const wholeNumber = z
  .string()
  .refine((given) => Number.isSafeInteger(Number(given)) && Number(given) >= 1, 'It has to be a whole number from 1.')
  .transform(Number);

export function argument<Schema extends z.ZodType>(schema: Schema, says: Pick<Says, 'what' | 'completes'>): Schema {
  return saying(schema, { as: 'argument', ...says });
}

/** Without a `value`, a flag. */
export function option<Schema extends z.ZodType>(schema: Schema, says: Says): Schema {
  return saying(schema, { as: 'option', ...says });
}

/** A copy, because one schema serves many options. */
function saying<Schema extends z.ZodType>(schema: Schema, says: Says & { as: 'argument' | 'option' }): Schema {
  const copy = schema.clone();
  said.add(copy, says);
  return copy;
}

export function command<Takes extends Shape>({ takes, run, ...described }: Declared<Takes>): Command {
  const schema = z.object(takes);
  const taken = Object.entries(takes);
  return {
    ...described,
    arguments: taken.flatMap(([name, one]) => (said.get(one)?.as === 'argument' ? [argumentOf(name, one)] : [])),
    options: taken.flatMap(([name, one]) => (said.get(one)?.as === 'option' ? [optionOf(name, one)] : [])),
    run: async (call, given) => await run(call, schema.parse(given)),
  };
}

function argumentOf(name: string, schema: z.ZodType): Argument {
  const words = schema instanceof z.ZodEnum ? schema.options.map(String) : [];
  const { what = '', completes = words } = said.get(schema) ?? {};
  return {
    name,
    what,
    required: !schema.safeParse(undefined).success,
    completes,
    faultOf: (given) => schema.safeParse(given).error?.issues[0]?.message,
  };
}

function optionOf(name: string, schema: z.ZodType): Option {
  const { value, short } = said.get(schema) ?? {};
  return {
    ...argumentOf(name, schema),
    long: `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    short: short === undefined ? undefined : `-${short}`,
    value,
  };
}

/** Its name, and what it cannot do without: `heddle logs <task>`, `heddle publish --epic <id>`. */
export function usageOf({ name, arguments: taken, options }: Command): string {
  const required = options.filter((one) => one.required).map(flagsOf);
  return ['heddle', name, ...taken.map((one) => (one.required ? `<${one.name}>` : `[${one.name}]`)), ...required].join(
    ' ',
  );
}

export function nameAndAlias({ name, alias }: Pick<Command, 'name' | 'alias'>): string[] {
  return alias === undefined ? [name] : [name, alias];
}

/** `-f, --follow`, `--epic <id>`. */
export function flagsOf({ long, short, value }: Option): string {
  return `${short === undefined ? '' : `${short}, `}${long}${value === undefined ? '' : ` <${value}>`}`;
}

/** Those that are recipes: in Heddle's own justfile, or in the file that `heddle init` writes. */
export function recipesOf(commands: readonly Command[], file: 'own justfile' | 'heddle.just'): Recipe[] {
  return commands
    .filter(({ recipe }) => recipe === undefined || (recipe === 'own justfile only' && file === 'own justfile'))
    .flatMap(({ name, alias, summary, example }) => [
      { name, what: example === undefined ? summary : `${summary}: just ${name} ${example}` },
      ...(alias === undefined ? [] : [{ name: alias, what: `The same as ${name}` }]),
    ]);
}
