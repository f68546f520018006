import { type ContextVariable, contextVariables } from '../model/context-variable.js';
import { type Shape, shapeOf } from './variable-shapes.js';

/** A template is literal text and variables in turn. */
export type FormatPiece =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'variable';
      /** null: a name that API Gateway does not know (it logs `-`), or a stage variable; read over. */
      readonly variable: ContextVariable | null;
      readonly shape: Shape;
    };

/** The table's own name of a `$context` path; null when API Gateway has no such variable. */
function knownVariable(path: string): ContextVariable | null {
  if (Object.hasOwn(contextVariables, path)) return path as ContextVariable;
  if (path.startsWith('authorizer.claims.')) return 'authorizer.claims';
  if (path.startsWith('authorizer.')) return 'authorizer.context';
  return null;
}

// `$context.identity.sourceIp`, `${context.status}`, `$stageVariables.color`, `$context.authorizer.claims.custom:team`
const reference =
  /\$(?:context\.authorizer\.claims\.([\w:]+)|(context|stageVariables)((?:\.\w+)+)|\$?\{(context|stageVariables)((?:\.[\w:]+)+)\})/g;

/** Splits a format into literals and variables. Adjacent literals never occur; adjacent variables may. */
export function splitFormat(format: string): FormatPiece[] {
  const pieces: FormatPiece[] = [];
  let from = 0;
  for (const match of format.matchAll(reference)) {
    if (match.index > from) pieces.push({ kind: 'literal', text: format.slice(from, match.index) });
    from = match.index + match[0].length;
    const path = match[1] === undefined ? (match[3] ?? match[5] ?? '').slice(1) : `authorizer.claims.${match[1]}`;
    const isContext = match[1] !== undefined || (match[2] ?? match[4]) === 'context';
    const variable = isContext ? knownVariable(path) : null;
    pieces.push({ kind: 'variable', variable, shape: shapeOf(variable) });
  }
  if (from < format.length) pieces.push({ kind: 'literal', text: format.slice(from) });
  return pieces;
}
