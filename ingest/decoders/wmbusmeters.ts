import type { DeviceKind } from '../../contracts/reading.ts'
import { isObject, type JsonObject } from '../coercion.ts'
import { type Decoder, type Packet, refuse } from '../decoder.ts'
import { type Draft, Drafts, decimal, textAt } from '../draft.ts'
import { putMapped } from '../mapping.ts'
import { putWmbusStatus, wmbusStatus } from './wmbusmeters-status.ts'

const WATER_MEDIA = /^(cold |warm |hot |dual )?water$/
/** Media that radio modules name when they don't know what they are mounted on; then the driver's name tells. */
const VAGUE_MEDIA = /^(unknown|other|reserved|radio converter.*|bus\/system component)$/i
const DRIVERS: ReadonlyMap<string, DeviceKind> = new Map(
  (
    [
      [
        'water',
        'actislink apator08 apator162 apator172 apatorna1 aptmbusna aquastream aventieswm dme173 dme_07 emerlin868 ' +
          'engelmann_faw ev200 evo868 fiowater gwfwater hydrodigit hydrus iperl istawater itron iwmtx5 izar izarv2 ' +
          'kadenwater kamwater lse_07_17 maddalena minomess mkradio3 mkradio3a mkradio4 mkradio4a multical21 op041a ' +
          'picoflux q400 qualcosonic qwater qwaterv2 rfmtx1 supercom587 topaseskr uiws ultrimis ultrimisv2 waterstarm ' +
          'watertech weh_07 werhlemodwm zenner0b',
      ],
      [
        'electricity',
        'abbb23 amiplus ebzwmbe ehzp eltako em24 esyswm gransystems iem3000 ime nemo nzr omnipower',
      ],
      ['smoke', 'ei6500 lansensm qsmoke tsd2'],
    ] as const
  ).flatMap(([kind, drivers]) => drivers.split(' ').map((driver) => [driver, kind] as const)),
)
/** Its telegrams say gas or an unknown medium, and it is for water all the same. */
const MISNAMED_WATER = 'apator08'

const WATER_NUMBERS: readonly (readonly [metric: string, key: string])[] = [
  ['water_total_m3', 'total_m3'],
  ['water_reverse_m3', 'total_backward_m3'],
  ['water_reverse_m3', 'total_backwards_m3'],
  ['water_reverse_m3', 'total_backward_flow_m3'],
  ['water_reverse_m3', 'backflow_m3'],
  ['water_flow_m3h', 'volume_flow_m3h'],
  ['water_flow_m3h', 'flow_m3h'],
  ['water_flow_m3h', 'current_flow_m3h'],
  ['battery_v', 'voltage_v'],
]
/** Registers of one tariff, phase or period are not the meter's own total, and their sum need not be it either. */
const ELECTRICITY_NUMBERS: readonly (readonly [metric: string, key: string])[] = [
  ['energy_import_kwh', 'total_energy_consumption_kwh'],
  ['energy_import_kwh', 'total_kwh'],
  ['energy_import_kwh', 'positive_total_active_energy_kwh'],
  ['energy_import_kwh', 'total_active_positive_3phase_kwh'],
  ['energy_export_kwh', 'total_energy_production_kwh'],
  ['energy_export_kwh', 'negative_total_active_energy_kwh'],
  ...[1, 2, 3].flatMap((phase): [string, string][] => [
    [`voltage_l${phase}_v`, `voltage_at_phase_${phase}_v`],
    [`voltage_l${phase}_v`, `voltage_l${phase}_n_v`],
    [`voltage_l${phase}_v`, `voltage_${phase}_n_v`],
    [`current_l${phase}_a`, `current_at_phase_${phase}_a`],
    [`current_l${phase}_a`, `current_l${phase}_a`],
    [`current_l${phase}_a`, `amperage_at_phase_${phase}_a`],
  ]),
]
const POWER_DRAWN_KW = [
  'current_power_consumption_kw',
  'power_kw',
  'active_power_overall_kw',
  'active_consumption_kw',
  'three_phase_total_active_power_kw',
  'active_positive_3phase_kw',
]
const POWER_GIVEN_KW = ['current_power_production_kw', 'active_negative_3phase_kw']
/** The inputs of a pulse adapter: what is counted, and how much, only the site knows. */
const PULSES = /^[ab]_counter$/
const BATTERY_VOLTS = /^(\d(?:\.\d{1,3})?)V$/

/**
 * wmbusmeters (wmbusmeters.org) and its ESPHome component: one JSON object a telegram on whatever topic the site chose,
 * known by `media`, `meter` (the driver) and `id`. Names end in their unit. `timestamp` is the gateway's; the meter's own
 * times are local and not used. Temperatures are left alone: several drivers pass their sentinels on (127, -100).
 */
export const wmbusmeters: Decoder = {
  name: 'wmbusmeters',
  claims: (packet) => telegramOf(packet) !== null,
  decode(packet, context) {
    const telegram = telegramOf(packet)
    if (telegram === null) return refuse('undecoded', 'not a telegram')
    const sourceId = textAt(telegram, 'id')
    if (sourceId === null) return refuse('malformed', 'a telegram without id')
    const drafts = new Drafts(packet, context)
    const kind = context.kindOf(sourceId) ?? kindOfTelegram(telegram)
    const draft = drafts.of(sourceId, kind).time(telegram['timestamp'], 'gateway')
    if (textAt(telegram, 'error')?.includes('decrypt') === true) {
      return refuse('undecoded', 'the gateway has no right key for this meter')
    }
    if (isOutOfScale(telegram)) {
      drafts.refusals.add('out_of_range', 'this telegram has its registers in another scale than the others')
    } else putNumbers(draft, telegram, kind)
    putWmbusStatus(draft, kind, textAt(telegram, 'meter') ?? '', wmbusStatus(telegram))
    const pulses = Object.keys(telegram).filter((key) => PULSES.test(key))
    const unknown = putMapped(
      draft,
      context.mappingOf?.(sourceId) ?? null,
      pulses.map((key) => [key, telegram[key]]),
    )
    if (unknown.length > 0 && unknown.length === pulses.length) {
      drafts.refusals.add('needs_mapping', 'what one pulse counts is not in the telegram')
    }
    if (draft.isEmpty && kind === 'other' && pulses.length === 0)
      return refuse('ignored', 'a meter of another medium')
    return drafts.decoded()
  },
}

function telegramOf(packet: Packet): JsonObject | null {
  const json = packet.json()
  if (!json.ok || !isObject(json.value)) return null
  const said = json.value
  const described = typeof said['media'] === 'string' && typeof said['meter'] === 'string'
  return described && (said['_'] === 'telegram' || Object.hasOwn(said, 'id')) ? said : null
}

function kindOfTelegram(telegram: JsonObject): DeviceKind {
  const media = textAt(telegram, 'media') ?? ''
  if (WATER_MEDIA.test(media)) return 'water'
  if (media === 'electricity') return 'electricity'
  if (media === 'smoke detector') return 'smoke'
  const driver = textAt(telegram, 'meter') ?? ''
  if (driver === MISNAMED_WATER) return 'water'
  return (VAGUE_MEDIA.test(media) ? DRIVERS.get(driver) : undefined) ?? 'other'
}

function putNumbers(draft: Draft, telegram: JsonObject, kind: DeviceKind): void {
  if (kind === 'water') putFirst(draft, WATER_NUMBERS, telegram)
  if (kind === 'electricity') {
    putFirst(draft, ELECTRICITY_NUMBERS, telegram)
    putPower(draft, telegram)
  }
  if (kind === 'other') return
  draft.number('battery_pct', telegram['battery_pct'])
  draft.number('battery_v', telegram['battery_v'])
  // Some receivers count upwards; that is no dBm.
  const rssi = telegram['rssi_dbm']
  if (typeof rssi === 'number' && rssi < 0) draft.number('signal_dbm', rssi)
  const level = textAt(telegram, 'battery_level')
  if (level !== null) draft.number('battery_v', decimal(BATTERY_VOLTS.exec(level)?.[1]))
}

/** Schneider's iEM3000 repeats its registers beside its wiring, there a thousand times smaller than in its other telegrams. */
const isOutOfScale = (telegram: JsonObject): boolean =>
  telegram['meter'] === 'iem3000' && Object.hasOwn(telegram, 'phases_counter')

/** Of several names for one metric the first that says something. */
function putFirst(
  draft: Draft,
  names: readonly (readonly [metric: string, key: string])[],
  telegram: JsonObject,
): void {
  for (const [metric, key] of names) {
    if (draft.values[metric] === undefined && Object.hasOwn(telegram, key))
      draft.number(metric, telegram[key])
  }
}

/** What is drawn less what is given: a meter that feeds in has two numbers, of which one is 0. */
function putPower(draft: Draft, telegram: JsonObject): void {
  const drawn = POWER_DRAWN_KW.map((key) => telegram[key]).find((said) => said !== undefined && said !== null)
  const given = POWER_GIVEN_KW.map((key) => telegram[key]).find((said) => typeof said === 'number')
  const net = typeof drawn === 'number' && typeof given === 'number' ? drawn - given : drawn
  draft.number('power_w', net, 1000)
}
