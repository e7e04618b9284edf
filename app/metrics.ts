import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Meters } from '../contracts/telemetry.ts'

/** One line for each metric that the service exports; what is not listed here is a fault of ours. */
const HELP: Record<string, string> = {
  alerts_opened_total: 'Alerts opened, by kind and severity',
  broker_dropped_total: 'What the bounds of the broker made it forget, by what',
  broker_faults_total: 'Connections that broke the protocol, by reason',
  broker_forbidden_total: 'Topics that somebody tried to use without the right, by action',
  broker_not_kept_total: 'Messages that could not be kept and were not acknowledged, by reason',
  broker_refused_total: 'Connections refused, by reason',
  broker_slowed_total: 'Answers that were delayed, by reason',
  broker_connections: 'MQTT connections now',
  dispatch_faults_total:
    'Times that dispatch broke on a home or place and was guarded, by what was being done',
  ingest_readings_total: 'Readings taken, by family',
  ingest_refused_total: 'Messages or samples not taken, by code',
  clock_ahead_seconds: 'How far civil time lies ahead of a machine clock that was put back; 0: they agree',
  journal_entries: 'Entries in the journal: head minus tail',
  journal_unreadable_total: 'Journal entries that could not be read and were passed, by reader',
  reader_lag_entries: 'Journal entries that a reader has still to deal with',
  rules_entries_total: 'Journal entries that went through the rules',
  rules_relearned_memories_total: 'Homes whose habits were learned anew from their kept readings',
  rules_failed_batches_total:
    'Batches of the rules that failed and were tried again; while it grows nothing is decided',
  rules_lost_memories_total: 'Homes whose memory the rules could not use and began anew',
  series_conflicts_total: 'Readings that came again with another value; the first was kept',
  series_readings_total: 'Readings that the series store has confirmed',
  quarantine_decoded_total: 'Kept messages that were decoded once their device was registered or mapped',
  source_connected: 'Whether a source is connected (1) or not (0), by source',
  source_errors_total: 'What went wrong with a source, by source',
  source_lag_seconds: 'How far behind its devices the last message of a source came, by source',
  source_messages_total: 'Messages kept of a source, by source',
  series_rejected_total: 'Readings that the series store refused for good',
  series_retries_total: 'Times that the series store did not take a batch and it was tried again',
}

/** From a tenth of a millisecond, which one commit takes on a good disk, to the ten seconds of a bad one. */
const SECONDS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]
const COUNTS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000]

/** The metrics of the service in Prometheus form. Labels are few and fixed: never a home, a device or a person. */
export class ServiceMetrics implements Meters {
  readonly #registry = new Registry()
  readonly #counters = new Map<string, Counter>()
  readonly #gauges = new Map<string, Gauge>()
  readonly #histograms = new Map<string, Histogram>()
  /** Called before each export, to read what is cheaper to ask for than to keep. */
  readonly #refresh: (() => void)[] = []

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
  }

  onExport(refresh: () => void): void {
    this.#refresh.push(refresh)
  }

  count(name: string, labels: Record<string, string> = {}, by = 1): void {
    let counter = this.#counters.get(name)
    if (!counter) {
      counter = new Counter(this.#definition(name, labels))
      this.#counters.set(name, counter)
    }
    counter.inc(labels, by)
  }

  gauge(name: string, value: number, labels: Record<string, string> = {}): void {
    let gauge = this.#gauges.get(name)
    if (!gauge) {
      gauge = new Gauge(this.#definition(name, labels))
      this.#gauges.set(name, gauge)
    }
    gauge.set(labels, value)
  }

  observe(name: string, value: number, labels: Record<string, string> = {}): void {
    let histogram = this.#histograms.get(name)
    if (!histogram) {
      const definition = this.#definition(name, labels)
      histogram = new Histogram({ ...definition, buckets: name.endsWith('_seconds') ? SECONDS : COUNTS })
      this.#histograms.set(name, histogram)
    }
    histogram.observe(labels, value)
  }

  text(): Promise<string> {
    for (const refresh of this.#refresh) refresh()
    return this.#registry.metrics()
  }

  #definition(name: string, labels: Record<string, string>) {
    return {
      name: `shouwang_${name}`,
      help: HELP[name] ?? name.replaceAll('_', ' '),
      labelNames: Object.keys(labels),
      registers: [this.#registry],
    }
  }
}
