import type { CauseGroup } from '@why403/parsers';
import picocolors from 'picocolors';

type Paint = (text: string) => string;

/** How the terminal can be written to; main.ts finds it out. */
export interface Style {
  readonly colors: boolean;
  /** Columns. */
  readonly width: number;
}

export interface Palette {
  readonly colors: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  /** Words that decided. Without colours they are wrapped in » « instead, before lines are broken. */
  readonly mark: Paint;
  readonly ok: Paint;
  readonly warning: Paint;
  readonly problem: Paint;
  group(group: CauseGroup | null): Paint;
}

export function createPalette(colors: boolean): Palette {
  const c = picocolors.createColors(colors);
  const groups: Readonly<Record<CauseGroup, Paint>> = {
    authorizer: c.magenta,
    waf: c.red,
    resource_policy: c.magentaBright,
    api_key: c.yellow,
    usage_plan: c.yellowBright,
    iam: c.blueBright,
    signature: c.cyan,
    routing: c.green,
    network: c.cyanBright,
    backend: c.redBright,
    unknown: c.gray,
  };
  return {
    colors,
    bold: c.bold,
    dim: c.dim,
    mark: (text) => c.bold(c.underline(text)),
    ok: c.green,
    warning: c.yellow,
    problem: c.red,
    group: (group) => (group === null ? c.gray : groups[group]),
  };
}
