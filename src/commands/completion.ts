/** `heddle completion <shell>`: what a shell needs in order to complete commands, options, and values that can be known. */
import * as z from 'zod';
import { argument, type Command, command, nameAndAlias, type Option } from './command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const completionCommand = command({
  name: 'completion',
  summary: 'Print what bash, zsh or fish needs to complete these commands',
  onlyReads: true,
  recipe: 'none',
  takes: { shell: argument(z.enum(SHELLS, 'It has to be bash, zsh or fish.'), { what: 'bash, zsh or fish' }) },
  async run({ terminal, commands }, { shell }) {
    const seen = commands.filter(({ hidden }) => hidden !== true);
    terminal.answer({ bash: bashScript, zsh: zshScript, fish: fishScript }[shell](seen).trimEnd());
    return 'done';
  },
});

function bashScript(commands: readonly Command[]): string {
  const names = [...commands.flatMap(nameAndAlias), '--help', '--version'];
  return `# source <(heddle completion bash)
_heddle() {
  local IFS=$' \\t\\n' word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} words='' files=''
  if ((COMP_CWORD == 1)); then
    words=${quoted(names.join(' '))}
  else
    case \${COMP_WORDS[1]} in
${commands.map(bashCase).join('\n')}
    esac
  fi
  IFS=$'\\n'
  COMPREPLY=($(IFS=' ' compgen -W "$words" -- "$word"))
  if [[ $files ]]; then
    COMPREPLY+=($(compgen -f -- "$word"))
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _heddle heddle
`;
}

/** After an option that takes a value, only what that can be; else the options, and what the argument can be. */
function bashCase(declared: Command): string {
  const { arguments: taken, options } = declared;
  const values = options.flatMap((one) =>
    one.value === undefined ? [] : [`          ${flagNames(one).join(' | ')}) ${bashOffer([one.completes])} ;;`],
  );
  const all = [...taken.map(({ completes }) => completes), [...options.flatMap(flagNames), '--help']];
  return `      ${nameAndAlias(declared).join(' | ')})
        case $before in
${[...values, `          *) ${bashOffer(all)} ;;`].join('\n')}
        esac ;;`;
}

function bashOffer(offers: readonly Option['completes'][]): string {
  const words = quoted(offers.flatMap((one) => (one === 'files' ? [] : one)).join(' '));
  return offers.includes('files') ? `words=${words} files=yes` : `words=${words}`;
}

function zshScript(commands: readonly Command[]): string {
  const described = commands.flatMap((one) =>
    nameAndAlias(one).map((name) => `    ${quoted(`${name}:${one.summary}`)}`),
  );
  return `#compdef heddle
# source <(heddle completion zsh)
_heddle() {
  local command=$words[2]
  local -a commands
  commands=(
${described.join('\n')}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $command in
${commands.map((one) => `    ${nameAndAlias(one).join(' | ')}) _arguments ${zshTakes(one).join(' ')} ;;`).join('\n')}
  esac
}
compdef _heddle heddle
`;
}

function zshTakes({ arguments: taken, options }: Command): string[] {
  const bare = (what: string) => what.replaceAll(/[[\]:\\]/g, '\\$&');
  const action = (completes: Option['completes']) =>
    completes === 'files' ? '_files' : completes.length > 0 ? `(${completes.join(' ')})` : ' ';
  return [
    ...taken.map((one) => quoted(`:${bare(one.what)}:${action(one.completes)}`)),
    ...options.flatMap((one) => {
      const value = one.value === undefined ? '' : `:${bare(one.value)}:${action(one.completes)}`;
      const others = flagNames(one).length > 1 ? `(${flagNames(one).join(' ')})` : '';
      return flagNames(one).map((name) => quoted(`${others}${name}[${bare(one.what)}]${value}`));
    }),
    "'--help[show what it takes]'",
  ];
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.flatMap((one) => {
    const after = `complete -c heddle -n ${fishQuoted(`__fish_seen_subcommand_from ${nameAndAlias(one).join(' ')}`)}`;
    return [
      ...nameAndAlias(one).map(
        (name) => `complete -c heddle -n __fish_use_subcommand -a ${name} -d ${fishQuoted(one.summary)}`,
      ),
      ...one.arguments.flatMap(({ completes }) => fishOffer(completes).map((offer) => `${after} ${offer}`)),
      ...one.options.map((each) => {
        const short = each.short === undefined ? [] : [`-s ${each.short.slice(1)}`];
        const value =
          each.value === undefined ? [] : [each.completes === 'files' ? '-r' : '-x', ...fishOffer(each.completes)];
        return [after, `-l ${each.long.slice(2)}`, ...short, ...value, `-d ${fishQuoted(each.what)}`].join(' ');
      }),
    ];
  });
  return `# heddle completion fish | source\ncomplete -c heddle -f\ncomplete -c heddle -l help -d 'Show what it takes'\n${lines.join('\n')}\n`;
}

function fishOffer(completes: Option['completes']): string[] {
  if (completes === 'files') return ['-F'];
  return completes.length === 0 ? [] : [`-a ${fishQuoted(completes.join(' '))}`];
}

function flagNames({ long, short }: Option): string[] {
  return short === undefined ? [long] : [short, long];
}

/** As bash and zsh read it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
