import type { Decoded } from '../../contracts/message.ts'
import { METRICS } from '../../contracts/metric.ts'
import type { DeviceKind } from '../../contracts/reading.ts'
import { type DecodeContext, type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts } from '../draft.ts'
import { putMapped } from '../mapping.ts'
import { readSparkplugPayload, type SparkplugMetric, type SparkplugPayload } from '../sparkplug-payload.ts'
import { metricByWord, unitFactor } from '../units.ts'

const TOPIC =
  /^spBv1\.0\/([^/]+)\/(NBIRTH|NDEATH|NDATA|NCMD|DBIRTH|DDEATH|DDATA|DCMD)\/([^/]+)(?:\/([^/]+))?$/
const FLOAT = 9
const DOUBLE = 10
const MAX_ALIASES = 1_000
/** What a name without a unit is taken for: the unit in which meters show it. */
const USUAL_UNITS = ['m³', 'm³/h', 'kWh', 'W', 'V', 'A', '°C', '%']

interface Alias {
  name: string
  unit: string | null
  datatype: number
}
type Aliases = ReadonlyMap<string, Alias>

/**
 * Sparkplug B (sparkplug.eclipse.org, protobuf): `spBv1.0/{group}/{type}/{edge}[/{device}]`. A birth says that somebody is there, as a death that nobody is; it names the metrics and
 * their aliases, later data may carry aliases alone; they are kept in the gateway's memory, and without their birth the
 * message waits (`needs_mapping`). The unit is the property `engUnit`; where there is none, decimals are taken for the unit
 * in which meters show the quantity and marked `unit_suspect`, integers wait for the registration. `is_historical`: kept
 * while the line was down.
 */
export const sparkplug: Decoder = {
  name: 'sparkplug-b',
  claims: (packet) => packet.topic.startsWith('spBv1.0/'),
  decode(packet, context) {
    const [, group = '', type = '', edge = '', device] = TOPIC.exec(packet.topic) ?? []
    if (type === '' || type.endsWith('CMD')) return refuse('ignored', 'a command, or about a host')
    const drafts = new Drafts(packet, context)
    const sourceId = device ?? edge
    const payload = payloadOf(packet)
    if (payload === null) return refuse('malformed', 'not a Sparkplug B payload')
    if (type.endsWith('DEATH')) {
      drafts.of(sourceId, device === undefined ? 'gateway' : null).state('online', false)
      return drafts.decoded()
    }
    // The number stands last and is obligatory: a message without it is cut off.
    if (payload.seq === null) return refuse('malformed', 'a Sparkplug B payload without its sequence number')
    if (payload.isPacked) return refuse('undecoded', 'a packed Sparkplug B payload')
    const memoryKey = `sparkplug:${group}/${edge}/${device ?? ''}`
    if (type.endsWith('BIRTH')) rememberAliases(context, memoryKey, payload)
    const known = (context.memory?.get(memoryKey) ?? null) as Aliases | null
    const kind = device === undefined ? 'gateway' : null
    return decodeMetrics(drafts, { sourceId, kind, isBorn: type.endsWith('BIRTH') }, payload, known)
  },
}

function payloadOf(packet: Packet): SparkplugPayload | null {
  try {
    return readSparkplugPayload(packet.message.payload)
  } catch {
    return null
  }
}

/** A birth replaces all that was known: aliases are the node's to give anew. */
function rememberAliases(context: DecodeContext, key: string, payload: SparkplugPayload): void {
  const aliases = new Map<string, Alias>()
  for (const { alias, name, unit, datatype } of payload.metrics) {
    if (alias === null || name === null || aliases.size >= MAX_ALIASES) continue
    aliases.set(alias, { name: name.slice(0, 200), unit, datatype })
  }
  context.memory?.set(key, aliases, 1 + aliases.size)
}

function decodeMetrics(
  drafts: Drafts,
  node: { sourceId: string; kind: DeviceKind | null; isBorn: boolean },
  payload: SparkplugPayload,
  known: Aliases | null,
): Decoded {
  const byTime = new Map<string, Draft>()
  const draftAt = (time: number | null) => drafts.of(node.sourceId, node.kind).time(time, 'device')
  if (node.isBorn) byTime.set(`${payload.timestamp} false`, draftAt(payload.timestamp).state('online', true))
  let nameless = 0
  for (const metric of payload.metrics) {
    const named = metric.name === null ? known?.get(metric.alias ?? '') : metric
    if (named === undefined || named.name === null) {
      nameless += 1
      continue
    }
    const at = metric.timestamp ?? payload.timestamp
    const key = `${at} ${metric.isHistorical}`
    const draft = byTime.get(key) ?? draftAt(at)
    byTime.set(key, draft)
    if (metric.isHistorical) draft.quality('historical')
    putMetric(drafts, draft, {
      ...metric,
      name: named.name,
      unit: metric.unit ?? named.unit,
      datatype: metric.datatype === 0 ? named.datatype : metric.datatype,
    })
  }
  if (nameless > 0) drafts.refusals.add('needs_mapping', `${nameless} metrics whose birth was not heard`)
  return drafts.decoded()
}

/** A last level that says nothing of what it counts, only that it is the whole of it. */
const WHOLE = /^(total|import(ed)?|consumption|consumed|register)$/i

/** What a metric's path calls the quantity. */
function quantityOf(path: string): string {
  const levels = path.split('/')
  const last = levels.at(-1) ?? ''
  return WHOLE.test(last) ? levels.slice(-2).join(' ') : last
}

const STATE_NAMES: ReadonlyMap<string, string> = new Map(
  [...METRICS]
    .filter(([, { form }]) => form === 'state')
    .map(([metric]) => [metric.replaceAll('_', ''), metric]),
)

function putMetric(drafts: Drafts, draft: Draft, metric: SparkplugMetric & { name: string }): void {
  const { name, value } = metric
  if (value === undefined || /^(bdSeq|Node Control\/|Device Control\/|Node Info\/|Properties\/)/i.test(name))
    return
  const mapping = drafts.context.mappingOf?.(draft.sourceId) ?? null
  if (putMapped(draft, mapping, [[name, value]]).length === 0) return
  const last = quantityOf(name)
  if (typeof value === 'boolean' || value === null) {
    const state = STATE_NAMES.get(last.toLowerCase().replace(/[_\s-]/g, ''))
    if (state !== undefined) draft.state(state, value)
  } else if (typeof value === 'number') putNumber(drafts, draft, last, value, metric)
}

function putNumber(drafts: Drafts, draft: Draft, name: string, value: number, metric: SparkplugMetric): void {
  if (METRICS.has(name)) {
    const factor = unitFactor(name, metric.unit ?? undefined)
    if (factor === null) drafts.refusals.add('malformed', `the unit of ${name} does not fit`)
    else draft.number(name, value, factor)
    return
  }
  if (metric.unit !== null) {
    const stated = metricByWord(name, metric.unit)
    if (stated !== null) draft.number(stated.metric, value, stated.factor)
    return
  }
  const usual = USUAL_UNITS.map((unit) => metricByWord(name, unit)).find((found) => found !== null)
  if (usual === undefined || usual === null) return
  const isDecimal = metric.datatype === FLOAT || metric.datatype === DOUBLE
  if (isDecimal) draft.number(usual.metric, value).quality('unit_suspect')
  else drafts.refusals.add('needs_mapping', `the unit of ${name} is not in the message`)
}
