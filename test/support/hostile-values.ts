import fc from 'fast-check';

/** Stands in every hostile value, so that it can be looked for. */
export const marker = 'pwned';

/** Words that break out of a careless quoting, alone. */
export const payloads: readonly string[] = [
  `'; touch ${marker}; '`,
  `'$(${marker})'`,
  `$(${marker})`,
  `\`${marker}\``,
  `"; ${marker} #`,
  `${marker}\n${marker}`,
  `\r\n${marker}`,
  `\n${marker}`,
  `${marker}-1`,
  `\0${marker}`,
  `${marker}\\`,
  `'\\''${marker}`,
  `| ${marker}`,
  `&& ${marker} &`,
  `> ${marker}`,
  `--${marker}`,
  `-${marker}`,
  `\${IFS}${marker}`,
  `${marker}\u202e'`,
  `\uff07${marker}\uff07`,
  `\ud800${marker}`,
  `<${marker}>`,
  `!${marker}`,
  `*${marker}?[a]`,
  `~${marker}`,
  `{${marker},b}`,
  `#${marker}`,
  `\u2028${marker}`,
  marker,
];

/** Hostile text alone, or around a value that fits its place, or a fitting value of the attacker's choice. */
export const hostile = (fitting: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...payloads),
    fc.constantFrom(...payloads).map((payload) => fitting + payload),
    fc.constantFrom(...payloads).map((payload) => payload + fitting),
    fc.string({ unit: 'binary', maxLength: 24 }).map((text) => text + marker),
    fc.constant(fitting),
    fc.constant(`${marker}${fitting}`.replace(/[^A-Za-z0-9]/g, '').slice(0, fitting.length)),
  );
