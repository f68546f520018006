/** A line of a paste without what terminals, chats and documents put around it. */
export interface PasteLine {
  readonly text: string;
  /** curl -v's mark: `>` sent, `<` received, `*` curl's own words. A quotation in a chat also begins with `>`. */
  readonly mark: '>' | '<' | '*' | null;
  /** A shell prompt stood before it. */
  readonly prompt: boolean;
}

/** No record is longer (`recordBytes`); what one exchange may hold is bounded where it is read. */
const maxTextLength = 4 * 1024 * 1024;
const maxLineLength = 8192;
const maxDecorations = 8;

// 203.0.113.7 is no number of a line: only a colon, a bar, a bracket or a tab may follow, and the next line counts on.
const lineNumber = /^\s{0,12}(\d{1,5})(?:\s?[:|)\]]|\t)\s?/;
// 2024-05-01T10:00:00.123Z INFO
const logTime = /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?\s+/;
const logLevel = /^\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\]?\s*[:|-]?\s+(?=[<>*{]|HTTP\/)/;
// web_1  | < HTTP/1.1 403 Forbidden
const containerName = /^[\w.-]{1,60}\s{0,8}\|\s+(?=[<>*{]|HTTP\/)/;
// user@host:~/dir$ curl …   PS C:\> curl …   ➜  ~ curl …
const shellPrompt =
  /^(?:\$|%|❯|➜\s+\S{1,40}|PS [^>\n]{0,80}>|[\w.-]{1,40}@[\w.-]{1,60}[^$#%\n]{0,80}[$#%])\s+(?=[A-Za-z])/;

function stripLine(raw: string): PasteLine {
  let text = raw.length > maxLineLength ? raw.slice(0, maxLineLength) : raw;
  let mark: PasteLine['mark'] = null;
  let prompt = false;
  for (let i = 0; i < maxDecorations; i++) {
    text = text.trimStart();
    const first = text[0];
    const second = text[1];
    const alone = second === undefined || second === ' ' || second === '\t';
    if ((first === '>' || first === '<') && alone) {
      mark = first;
      text = text.slice(1);
    } else if (first === '*' && alone) {
      mark ??= '*';
      text = text.slice(1);
    } else if (first === '>' && second === '>') {
      text = text.slice(1);
    } else if (first === '`' || first === '|' || ((first === '-' || first === '+' || first === '•') && alone)) {
      text = text.slice(1);
    } else {
      const shorter =
        first === '#' || first === '/' ? text.replace(/^(?:#{1,6}|\/\/)(?=\s|$)/, '') : withoutPrefix(text);
      if (shorter !== text) {
        text = shorter;
        continue;
      }
      const asked = shellPrompt.exec(text);
      if (!asked) break;
      prompt = true;
      text = text.slice(asked[0].length);
    }
  }
  text = text.trimEnd();
  // zsh marks output without a final newline: {"message":"Forbidden"}%
  if (/[}\]>"a-z]%$/.test(text.slice(-2))) text = text.slice(0, -1);
  if (text.endsWith('`') || text.endsWith('|')) text = text.slice(0, -1).trimEnd();
  return { text, mark, prompt };
}

function withoutPrefix(text: string): string {
  const c = text.charCodeAt(0);
  if (c >= 0x30 && c <= 0x39) return text.replace(logTime, '').replace(logLevel, '');
  return text.replace(logTime, '').replace(logLevel, '').replace(containerName, '');
}

/** {"log":"< HTTP/1.1 403 Forbidden\r\n","stream":"stderr"} → its words */
function withoutJsonLog(line: string): string {
  const found = /^\s{0,8}\{"(?:log|msg|line)":"((?:[^"\\]|\\.)*)"/.exec(line);
  if (!found) return line;
  const words = found[1] ?? '';
  return /^(?:[<>*] |HTTP\/)/.test(words) ? words.replace(/\\[rn]/g, '').replace(/\\"/g, '"') : line;
}

function withoutLineNumbers(lines: readonly string[]): readonly string[] {
  const numbers = lines.map((line) => {
    const found = lineNumber.exec(line);
    return found ? Number(found[1]) : null;
  });
  return lines.map((line, i) => {
    const n = numbers[i] ?? null;
    const counted = n !== null && (numbers[i + 1] === n + 1 || (i > 0 && numbers[i - 1] === n - 1));
    return counted ? line.replace(lineNumber, '') : line;
  });
}

/** Splits a paste into lines, undoes decorations and joins shell lines that end with a backslash. Linear in the text. */
export function cleanLines(paste: string): readonly PasteLine[] {
  let text = paste.length > maxTextLength ? paste.slice(0, maxTextLength) : paste;
  // a whole answer as one escaped string: "HTTP/1.1 403 Forbidden\r\nDate: …"
  if (!text.includes('\n') && text.includes('\\n') && /HTTP\/\d|x-amz/i.test(text)) {
    text = text.replace(/\\r\\n|\\n/g, '\n');
  }
  const lines: PasteLine[] = [];
  let open: PasteLine | null = null;
  for (const raw of withoutLineNumbers(text.split(/\r\n|\n|\r/))) {
    const line = stripLine(raw.startsWith('{"') ? withoutJsonLog(raw) : raw);
    if (open) {
      const joined: PasteLine = { ...open, text: `${open.text} ${line.text}`.slice(0, maxLineLength) };
      open = null;
      if (joined.text.endsWith('\\')) open = { ...joined, text: joined.text.slice(0, -1) };
      else lines.push(joined);
    } else if (line.text.endsWith('\\') && /^(?:curl|http|https|wget|awscurl)\s/i.test(line.text)) {
      open = { ...line, text: line.text.slice(0, -1) };
    } else {
      lines.push(line);
    }
  }
  if (open) lines.push(open);
  return lines;
}

/** One line without its decorations. */
export const cleanLine = (line: string): PasteLine => stripLine(line.length > 512 ? line.slice(0, 512) : line);
