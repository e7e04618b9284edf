import type { DeviceKind } from '../../contracts/reading.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts, decimal, flag, textAt } from '../draft.ts'
import { putMapped } from '../mapping.ts'

/** Counters of which the message does not say what one count is. */
const RAW_COUNTERS = [
  'consumption',
  'consumption_data',
  'Consumption',
  'LastConsumptionCount',
  'pulse',
  'pulses',
  'counter_0',
  'impulses_total',
  'volume',
  'volume_gal',
  'reading',
  'impulses',
  'power0',
]
/** What one `volume` is where the frame names its unit, as Arad's do; gallons and cubic feet are those of the USA. */
const VOLUMES_M3: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ['m3', 1],
  ['l', 0.001],
  ['gal', 0.003785411784],
  ['cu ft', 0.028316846592],
])
const KINDS: readonly (readonly [kind: DeviceKind, model: RegExp])[] = [
  ['smoke', /smoke|^cavius-security$/i],
  [
    'water',
    /water|leak|neptune-r900|^flowis$|aradmsmeter|badger-orion|^orion-endpoint$|mueller-hotrod|apatormetra-erm|^fineoffset-wh55$|^govee-h50\d\d$|^acurite-0027[56]rm$/i,
  ],
  [
    'electricity',
    /emontx|emt7110|efergy|currentcost|revolt|geo-minim|elster-powermeter|oregon-cm1\d\d|norgo-nge101|blueline-powercost|ert-scm|^idm$|^netidm$|ecodhome|ec3k$|sparsnas/i,
  ],
]
/** Their `energy_kWh` is no register: that of the last quarter of an hour, or a rate. */
const ENERGY_OF_A_WHILE = /^(geo-minim|efergy-optical)/i
const LEAK_MODELS = /leak|^govee-(water|h50\d\d)$|^fineoffset-wh55$/i
/** A thermometer that can carry a leak probe, and says its `water` either way. */
const PROBE_MODELS = /^acurite-0027[56]rm$/i
/** Meters that the same radio protocol carries, by the type in it (the last four bits of the endpoint type). */
const ERT_KINDS: ReadonlyMap<number, DeviceKind> = new Map<number, DeviceKind>([
  ...[4, 5, 7, 8].map((type): [number, DeviceKind] => [type, 'electricity']),
  ...[3, 11, 13].map((type): [number, DeviceKind] => [type, 'water']),
  ...[0, 1, 2, 9, 12].map((type): [number, DeviceKind] => [type, 'other']),
])
export const ertKind = (type: unknown): DeviceKind | null =>
  typeof type === 'number' ? (ERT_KINDS.get(type & 0x0f) ?? null) : null

/** What IDM and SCM+ write out, and the smoke detector among Interlogix' sensors. */
const KIND_WORDS: ReadonlyMap<unknown, DeviceKind> = new Map<unknown, DeviceKind>([
  ['Electric', 'electricity'],
  ['Water', 'water'],
  ['Gas', 'other'],
  ['smoke', 'smoke'],
])
/** What a CurrentCost counts. */
const COUNTER_KINDS: ReadonlyMap<unknown, DeviceKind> = new Map<unknown, DeviceKind>([
  [2, 'electricity'],
  [3, 'other'],
  [4, 'water'],
])

function kindOf(model: string, frame: JsonObject): DeviceKind {
  if (/^currentcost.*counter$/i.test(model)) return COUNTER_KINDS.get(frame['subtype']) ?? 'other'
  const stated =
    KIND_WORDS.get(frame['MeterType']) ??
    (model === 'Interlogix-Security' ? KIND_WORDS.get(frame['subtype']) : undefined)
  return (
    stated ?? ertKind(frame['ert_type']) ?? KINDS.find(([, models]) => models.test(model))?.[0] ?? 'other'
  )
}

/**
 * rtl_433 (github.com/merbanan/rtl_433, JSON output): one object a radio frame, below any topic, known by `model`. The time
 * is local unless told otherwise, or `@` and seconds of a recording. Names end in their unit; raw counts have none and wait
 * for the registration (`consumption`). Most alarms are events: what a frame does not say is not the all-clear.
 */
export const rtl433: Decoder = {
  name: 'rtl_433',
  claims: (packet) => frameOf(packet) !== null,
  decode(packet, context) {
    const frame = frameOf(packet)
    const model = textAt(frame, 'model')
    if (frame === null || model === null) return refuse('undecoded', 'not a frame of rtl_433')
    const sourceId = idOf(frame)
    if (sourceId === null) return refuse('malformed', 'a frame without id or code')
    const drafts = new Drafts(packet, context)
    // It also deciphers what is encrypted, and then writes numbers out of noise: wmbusmeters reads these meters.
    if (model === 'Wireless-MBus') return refuse('undecoded', 'M-Bus as rtl_433 reads it is not reliable')
    const kind = kindOf(model, frame)
    const draft = drafts.of(sourceId, kind, channelOf(frame)).time(timeOf(frame), 'gateway')
    putCommon(draft, frame)
    if (kind === 'smoke') putSmoke(drafts, draft, model, frame)
    if (LEAK_MODELS.test(model)) putLeakSensor(draft, frame)
    // Kerui's sensors share one model and name what they are by what happened.
    if (frame['water'] === 1) draft.state('leak', true)
    else if (frame['water'] === 0 && PROBE_MODELS.test(model)) draft.state('leak', false)
    if (kind === 'water') putWaterMeter(draft, frame)
    if (kind === 'electricity') putElectricity(draft, model, frame)
    putCounters(drafts, draft, frame)
    return drafts.decoded()
  },
}

const MARKS_OF_RTL = ['mic', 'protocol', 'mod']

function frameOf(packet: Packet): JsonObject | null {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return null
  const said = json.value
  // OpenMQTTGateway and others also say `model`, but next to `brand` or an address.
  const foreign =
    typeof said['brand'] === 'string' || Object.hasOwn(said, 'model_id') || Object.hasOwn(said, 'media')
  if (typeof said['model'] !== 'string' || foreign) return null
  const isMarked = idOf(said) !== null && MARKS_OF_RTL.some((mark) => Object.hasOwn(said, mark))
  return isMarked || /(^|\/)rtl_433/i.test(packet.topic) ? said : null
}

/** The id that the device sends (IDM's older frames have it as serial number), or the code that it repeats. */
function idOf(frame: JsonObject): string | null {
  for (const key of ['id', 'node', 'ERTSerialNumber', 'code']) {
    const said = frame[key]
    if (typeof said === 'string' && said !== '') return said
    if (typeof said === 'number') return String(said)
  }
  return null
}

const channelOf = (frame: JsonObject): string | undefined =>
  typeof frame['channel'] === 'number' || typeof frame['channel'] === 'string'
    ? String(frame['channel'])
    : undefined

/** `-M time:unix` writes epoch seconds as text. */
const timeOf = (frame: JsonObject): unknown => decimal(frame['time']) ?? frame['time']

function putCommon(draft: Draft, frame: JsonObject): void {
  const ok = frame['battery_ok']
  // A fraction is a level, of which only empty and full are sure. Until 2020 it was a word.
  if (ok === 0 || ok === 1) draft.state('battery_low', ok === 0)
  if (frame['battery'] === 'OK' || frame['battery'] === 'LOW')
    draft.state('battery_low', frame['battery'] === 'LOW')
  draft.number('battery_pct', frame['battery_pct'])
  draft.number('battery_v', frame['battery_V']).number('battery_v', frame['battery_mV'], 0.001)
  draft.number('temperature_c', frame['temperature_C'])
  draft.state('tamper', flag(frame['tamper']))
  if (frame['physical_tamper'] !== undefined || frame['encoder_tamper'] !== undefined) {
    const tampered = [frame['physical_tamper'], frame['encoder_tamper']].some(
      (said) => said !== undefined && said !== 0,
    )
    draft.state('tamper', tampered)
  }
}

/** Detectors that only speak when something happens: a frame of another kind says nothing of smoke. */
function putSmoke(drafts: Drafts, draft: Draft, model: string, frame: JsonObject): void {
  if (model === 'Cavius-Security') {
    if (frame['text'] === 'Fire alarm') draft.state('smoke', true)
    if (frame['text'] === 'Alarm muted') draft.state('muted', true)
    if (frame['text'] === 'Test alarm') draft.state('smoke_test', true)
    return
  }
  // GS558 sends one frame: the alarm of a linked detector. In learning mode it is none.
  if (/^(smoke-gs558|smoke detector gs 558)$/i.test(model))
    draft.state('smoke', flag(frame['learn']) === true ? null : true)
  // Of Kidde only the frame by which it says that it is there is understood; it comes whether it burns or not.
  if (/^kidde-smoke$/i.test(model))
    drafts.refusals.add('undecoded', 'a sign of life, which does not say whether there is smoke')
}

function putLeakSensor(draft: Draft, frame: JsonObject): void {
  const stated = flag(frame['detect_wet']) ?? flag(frame['alarm']) ?? flag(frame['leak_detected'])
  if (stated !== undefined) draft.state('leak', stated)
  else if (textAt(frame, 'event') === 'Water Leak' || /-WaterLeak-/i.test(String(frame['model'])))
    draft.state('leak', true)
}

/**
 * R900: `leak` counts days with a leak and `backflow` looks back over 35 days, so both are the past; `leaknow` is the last
 * day. Only their zeros speak of now.
 */
function putWaterMeter(draft: Draft, frame: JsonObject): void {
  if (frame['leaknow'] !== undefined) {
    draft.state('leak', typeof frame['leaknow'] === 'number' ? frame['leaknow'] > 0 : null)
    if (frame['backflow'] === 0) draft.state('backflow', false)
  }
  draft.state('leak', flag(frame['leaking']))
  draft.number('water_total_m3', frame['volume_m3'])
}

function putElectricity(draft: Draft, model: string, frame: JsonObject): void {
  if (!ENERGY_OF_A_WHILE.test(model)) {
    const register = ['energy_kWh', 'total_kWh', 'reading_kWh', 'cumulative_kWh'].find((key) => key in frame)
    if (register !== undefined) draft.number('energy_import_kwh', frame[register])
  }
  // Of several clamps the first, as with emonTx.
  draft.number('power_w', frame['power_W'] ?? frame['power0_W'])
  if (/^oregon-cm180i$/i.test(model)) draft.number('power_w', sumOfThree(frame))
  draft.number('voltage_l1_v', frame['voltage_V']).number('current_l1_a', frame['current_A'])
  if (/^efergy[- ]e2/i.test(model)) draft.number('current_l1_a', frame['current'])
  if (/ec3k$/i.test(model))
    draft.number('power_w', frame['power']).number('energy_import_kwh', frame['energy'])
  // Sparsnäs: divided by the pulses that are set in rtl_433, not by those of the meter.
  if (frame['cumulative_kWh'] !== undefined) draft.quality('unit_suspect')
  if (!/^emontx/i.test(model)) return
  // ct1 is the first clamp; the others measure what the owner clipped them to.
  const volts = frame['Vrms/batt'] ?? frame['batt_Vrms']
  draft.number('power_w', frame['ct1'])
  if (typeof volts === 'number' && volts > 50) draft.number('voltage_l1_v', volts)
}

/** Owl's three clamps are on the phases of one supply. */
function sumOfThree(frame: JsonObject): number | null {
  const powers = ['power1_W', 'power2_W', 'power3_W'].map((name) => frame[name])
  const known = powers.filter((power) => typeof power === 'number')
  return known.length === powers.length ? known.reduce((sum, power) => sum + power, 0) : null
}

function putCounters(drafts: Drafts, draft: Draft, frame: JsonObject): void {
  const counters = RAW_COUNTERS.filter((name) => typeof frame[name] === 'number')
  const mapping = drafts.context.mappingOf?.(draft.sourceId) ?? null
  const unmapped = putMapped(
    draft,
    mapping,
    counters.map((name) => [name, frame[name]]),
  )
  const unknown = unmapped.filter((name) => !putStatedVolume(draft, name, frame))
  if (draft.kind === 'other' || unknown.length === 0) return
  if (unknown.some((name) => /consumption|^(volume|reading|impulses$|power0)/i.test(name))) {
    drafts.refusals.add('needs_mapping', `what one count of ${unknown[0]} is depends on the meter`)
  }
}

/** A volume of which the frame itself says the unit; Mueller's always counts US gallons. */
function putStatedVolume(draft: Draft, name: string, frame: JsonObject): boolean {
  const isMueller = frame['model'] === 'Mueller-HotRod' && name === 'volume_gal'
  const unit = isMueller ? 'gal' : name === 'volume' && isAradUnitSure(frame) ? frame['unit'] : undefined
  const factor = draft.kind === 'water' ? VOLUMES_M3.get(unit) : undefined
  if (factor === undefined) return false
  draft.number('water_total_m3', frame[name], factor)
  return true
}

/** Arad's: the unit is known of three kinds of meters by the end of their number; of all others rtl_433 says m3 too. */
const ARAD_SURE = /-(00 (0|64)|27 0|73 0)$/
const isAradUnitSure = (frame: JsonObject): boolean =>
  ARAD_SURE.test(`${String(frame['id'])} ${String(frame['flags1'])}`)
