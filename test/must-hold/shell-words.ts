/** One word of a shell command, and what of it the shell would look at: everything outside single quotes. */
export interface ShellWord {
  readonly text: string;
  readonly outside: string;
}

/**
 * Splits a line into words as a POSIX shell does (2.3 Token Recognition, 2.2 Quoting): blanks end a word; a backslash,
 * single quotes and double quotes keep them. Null when a quote is left open.
 */
export function splitShellWords(line: string): readonly ShellWord[] | null {
  const words: ShellWord[] = [];
  let text: string | null = null;
  let outside = '';
  const end = (): void => {
    if (text !== null) words.push({ text, outside });
    text = null;
    outside = '';
  };
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === "'") {
      const close = line.indexOf("'", i + 1);
      if (close < 0) return null;
      text = (text ?? '') + line.slice(i + 1, close);
      i = close;
    } else if (c === '"') {
      let at = i + 1;
      while (at < line.length && line[at] !== '"') at += line[at] === '\\' ? 2 : 1;
      if (at >= line.length) return null;
      text = (text ?? '') + line.slice(i + 1, at);
      outside += line.slice(i, at + 1);
      i = at;
    } else if (c === '\\') {
      text = (text ?? '') + (line[i + 1] ?? '');
      outside += line.slice(i, i + 2);
      i++;
    } else if (c === ' ' || c === '\t') end();
    else {
      text = (text ?? '') + c;
      outside += c;
    }
  }
  end();
  return words;
}
