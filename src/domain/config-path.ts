/** The file in which a repository says how Heddle is to work in it; its text is read in `src/config/`. */
export const CONFIG_PATH = 'heddle.yml';
