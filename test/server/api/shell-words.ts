/** Words of a command as a POSIX shell splits it: single quotes, double quotes without expansion, `\` at a line's end. */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < command.length; i++) {
    const character = command[i] as string;
    if (character === "'" || character === '"') {
      const end = command.indexOf(character, i + 1);
      if (end < 0) throw new Error('a quote is not closed');
      word = (word ?? '') + command.slice(i + 1, end);
      i = end;
    } else if (character === '\\') {
      if (command[i + 1] !== '\n') word = (word ?? '') + command[i + 1];
      i++;
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  return word === null ? words : [...words, word];
}
