import { askBackend } from '../../simulation/day-answers.js';
import { isFiring } from '../../simulation/instance-states.js';
import { readFrames } from '../../simulation/read-frames.js';
import { type Ask, readProvisionedRules, type SimulatedRule } from '../../simulation/simulated-rule.js';
import type { PluginHost } from './plugin-host.js';

const minuteMs = 60_000;
/** Of the minute: between two ticks of Grafana. */
const offsetMs = 20_000;

/** The provisioned rules, asked through the plugin's backend as Grafana asks them; they keep their states. */
export class EvaluatedRules {
  private readonly host: () => PluginHost;
  private readonly label: string;
  private readonly rules = readProvisionedRules();

  /** `label` tells apart the instances of rules that have no API. */
  constructor(host: () => PluginHost, label: string) {
    this.host = host;
    this.label = label;
  }

  /** Every rule, each minute unless told otherwise; after each, what fires by then: rule and API, or the label. */
  async evaluate(
    fromMs: number,
    toMs: number,
    look: (firing: readonly string[], atMs: number) => void,
    everyMs = minuteMs,
  ): Promise<void> {
    for (let atMs = fromMs + offsetMs; atMs < toMs; atMs += everyMs) {
      await Promise.all(this.rules.map((rule) => rule.evaluate(this.ask, atMs)));
      look(this.rules.flatMap((rule) => this.firingOf(rule)).sort(), atMs);
    }
  }

  /** The windows themselves, as Grafana asks for them. */
  private readonly ask: Ask = async (query, atMs) =>
    readFrames(await askBackend(this.host(), query, { fromMs: atMs - query.backMs, toMs: atMs }));

  private readonly firingOf = (rule: SimulatedRule): readonly string[] =>
    rule
      .instances()
      .filter(isFiring)
      .map(({ labels }) => [rule.uid, labels['api_id'] ?? labels[this.label] ?? labels['alertname']].join(' '));
}
