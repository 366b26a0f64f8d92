/** Takes secrets out of text before it is stored or shown. */

const PATTERNS: readonly RegExp[] = [
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=:\/\/[^\s/:@]{0,100}:)[^\s/@]+(?=@)/g,
  /(?<=\bauthorization: *(?:bearer|basic) )[A-Za-z0-9._~+/=-]{16,}/gi,
  // Elsewhere these are words as well: "basic internationalization", "Bearer AuthenticationMiddleware".
  /(?<=\b[Bb](?:earer|EARER|asic|ASIC) )(?=[a-zA-Z._~+/=-]*[0-9])[A-Za-z0-9._~+/=-]{16,}/g,
  /(?<=\b[Bb](?:earer|EARER|asic|ASIC) )(?=\S*[a-z])(?=\S*[A-Z])(?=\S*[+/=])[A-Za-z._~+/=-]{16,}/g,
];
const GONE = '[secret]';
const MIN_SECRET = 8;
/** Shorter ones of letters alone are words, such as the password of a test's database. */
const MIN_WORD = 12;

/** @param secrets values that must not appear, whatever they look like */
export function scrub(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (isTellable(secret)) clean = clean.replaceAll(secret, GONE);
  for (const pattern of PATTERNS) clean = clean.replace(pattern, GONE);
  return clean;
}

/** Whether to take it out takes no ordinary word out of every text. */
function isTellable(secret: string): boolean {
  return secret.length >= (/^\p{L}+$/u.test(secret) ? MIN_WORD : MIN_SECRET);
}

const SECRET_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|CREDENTIAL/i;

/** The values in an environment whose names say that they are secrets. */
export function secretsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && isTellable(value) && SECRET_NAME.test(name) ? [value] : [],
  );
}
