import type { DeviceAct } from '../../contracts/device-command.ts'
import type { DeviceCommandId } from '../../contracts/ids.ts'
import type { FieldMapping, Mapping, Said } from '../../contracts/mapping.ts'
import { withoutNoise } from '../coercion.ts'
import { decimal } from '../draft.ts'
import { type Answer, type CommandFamily, type CommandTarget, cannot, objectOf, reasonIn } from './family.ts'

/** What a thing model must hold so that it can be asked: the metric that its property is mapped to. */
const METRIC_OF: Readonly<Record<DeviceAct['type'], string>> = {
  set_interval: 'report_interval_s',
  hush: 'muted',
  self_test: 'smoke_test',
  valve: 'valve_open',
}

/** A property as it is to be set, or why the product has none. */
export type PropertyToSet = { name: string; value: Said } | { cannot: string }

/**
 * The property by which a product of a thing model does that, by its registration's mapping, else by what the platform has
 * fixed (`standard`): the same name that reports it, with the mapping's own word. A valve mapped with words for both its ends
 * is turned by them; without words it is a truth value.
 */
export function propertyToSet(
  act: DeviceAct,
  { mapping }: Pick<CommandTarget, 'mapping'>,
  standard: Mapping = {},
): PropertyToSet {
  const metric = METRIC_OF[act.type]
  const fields = [...Object.entries(mapping ?? {}), ...Object.entries(standard)]
  const found = fields.find(([, field]) => field.metric === metric)
  if (found === undefined) return { cannot: `no property of its mapping is ${metric}` }
  const [name, field] = found
  if (act.type === 'set_interval') return intervalAs(name, field, act.seconds)
  const wanted = act.type === 'valve' ? act.open : true
  const stated = field.trueWhen !== undefined || field.falseWhen !== undefined
  const word = wanted ? field.trueWhen?.[0] : field.falseWhen?.[0]
  if (word !== undefined) return { name, value: word }
  return stated ? { cannot: `its mapping has no word for ${name} being ${wanted}` } : { name, value: wanted }
}

function intervalAs(name: string, field: FieldMapping, seconds: number): PropertyToSet {
  const factor = field.factor ?? 1
  const value = withoutNoise(seconds / factor)
  return Number.isInteger(value) ? { name, value } : { cannot: `${name} counts in steps of ${factor} s` }
}

const DIGITS = 7

/**
 * Platforms whose message ids are short numbers get the first 28 bits of ours; with the address that is told apart from
 * whatever else is open there.
 */
export const shortNumber = (id: DeviceCommandId): number =>
  Number.parseInt(id.replaceAll('-', '').slice(0, DIGITS), 16) || 0

/** Topics below that of a device, and what stands in its messages, of a platform that sets properties under a number. */
interface NumberedForm {
  name: string
  /** Of what its devices say: the topic of the device, then its name. */
  report: RegExp
  /** Below the topic of the device; the answer comes on the same with `_reply`. */
  set: string
  envelope: Readonly<Record<string, string>>
  /** Under which name it says why not. */
  reason: string
}

/** `{"id", …envelope, "params": {name: value}}` goes out, `{"id", "code": 200}` comes back. */
export const numberedFamily = ({ name, report, set, envelope, reason }: NumberedForm): CommandFamily => ({
  name,
  keptThere: false,
  addressOf(topic, sourceId) {
    const [, address = null, device] = report.exec(topic) ?? []
    return device === sourceId ? address : null
  },
  encode({ id, act }, target) {
    const property = propertyToSet(act, target)
    if ('cannot' in property) return cannot(property.cannot)
    const params = { [property.name]: property.value }
    const said = { id: `${shortNumber(id)}`, ...envelope, params }
    return { ok: true, topic: `${target.address}${set}`, payload: JSON.stringify(said) }
  },
  answerOf(packet) {
    const reply = `${set}_reply`
    if (!packet.topic.endsWith(reply)) return null
    const said = objectOf(packet)
    if (typeof said?.['code'] !== 'number') return null
    const to = toShortNumber(packet.topic.slice(0, -reply.length), said['id'])
    return codedAnswer(to, said['code'] === 200, said[reason])
  },
})

/** The answer to a short number, as `Answer.to`; null when it is none of ours. */
export function toShortNumber(address: string, said: unknown): Answer['to'] | null {
  const number = typeof said === 'string' ? decimal(said) : said
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= 16 ** DIGITS)
    return null
  return { address, idBegins: number.toString(16).padStart(DIGITS, '0') }
}

/** An answer with a code, of which one means that it is done. */
export const codedAnswer = (to: Answer['to'] | null, isDone: boolean, reason: unknown): Answer | null =>
  to === null
    ? null
    : { to, outcome: isDone ? 'acknowledged' : 'failed', reason: isDone ? null : reasonIn(reason) }
