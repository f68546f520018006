import { EngineError } from './engine-error.js';

/**
 * The text parts of a `multipart/form-data` body, by name: clients send long parameters so.
 *
 *   --B\r\nContent-Disposition: form-data; name="query"\r\n\r\nSELECT 1\r\n--B--\r\n   →   {query: 'SELECT 1'}
 */
export function readMultipartForm(contentType: string, body: Buffer): Map<string, string> {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw malformed();
  const fields = new Map<string, string>();
  const mark = Buffer.from(`\r\n--${boundary}`);
  // The first boundary has no line end of its own before it.
  let at = body.indexOf(mark.subarray(2));
  if (at !== 0) throw malformed();
  at += mark.length - 2;
  while (body.toString('latin1', at, at + 2) === '\r\n') {
    const headerEnd = body.indexOf('\r\n\r\n', at);
    const end = headerEnd === -1 ? -1 : body.indexOf(mark, headerEnd + 4);
    if (end === -1) throw malformed();
    const [, name] =
      /;\s*name="([A-Za-z0-9_.-]{1,80})"/i.exec(body.toString('latin1', at, Math.min(headerEnd, at + 500))) ?? [];
    if (name === undefined) throw malformed();
    fields.set(name, body.toString('utf8', headerEnd + 4, end));
    at = end + mark.length;
  }
  if (body.toString('latin1', at, at + 2) !== '--') throw malformed();
  return fields;
}

const malformed = () => new EngineError(36, 'BAD_ARGUMENTS', 'The multipart form of the request cannot be read.');
