import type { FindingKind, Json } from '../contracts/finding.ts'
import type { FindingId } from '../contracts/ids.ts'
import type { DeviceKind } from '../contracts/reading.ts'
import type { Severity } from '../contracts/severity.ts'
import type { EpochMs } from '../contracts/time.ts'
import { newBaseline } from './baseline/baseline.ts'
import type { Cadence } from './cadence.ts'
import type { Clockwork } from './clockwork.ts'
import type { DayHistory } from './days.ts'
import type { ElectricAlone } from './electric-alone.ts'
import type { EvenQuiets } from './even-quiet.ts'
import type { PersonalState } from './habits.ts'
import type { Register } from './register.ts'
import type { PowerTrack } from './standby.ts'
import type { WaterTrack } from './water.ts'

/** What is remembered of one device. Lists are short, so they are arrays: an id can never meet a built-in property. */
export interface DeviceState {
  id: string
  kind: DeviceKind
  /** As registered; null: learned. */
  cadenceS: number | null
  /** Where its register begins again at zero; left out: not known of the product. */
  wrap?: number
  /** Last arrival of anything from it; null before the first. */
  heardAt: EpochMs | null
  gaps: Cadence | null
  /** By how much its last sample was old when it came, in seconds; left out below a minute. */
  lagS?: number
  /** From its will or its gateway; evidence only. */
  online: boolean | null
  batteryAt: EpochMs | null
  /** From when on it stands here; only until it is heard. */
  since?: EpochMs
  /** From then on its registers began anew, by the word of whoever swapped or reset it; left out while nobody did. */
  begunAt?: EpochMs
  /** By its own word; left out while it never said so. */
  faulty?: boolean
  /** When it last said this or that state of itself. */
  toldAt?: { tamper?: EpochMs; leak?: EpochMs; burst?: EpochMs }
  /** Its power has been above the set limit since. */
  overSince?: EpochMs
  /** The instant for which it said different things, and how often: a clock that stands still. */
  clock: { at: EpochMs; conflicts: number } | null
  water: WaterTrack[]
  power: PowerTrack[]
}

/** A finding that holds now. `subject` tells findings of one kind apart: a device, or a device and its channel. */
export interface OpenFinding {
  id: FindingId
  kind: FindingKind
  subject: string
  severity: Severity
  since: EpochMs
  raisedAt: EpochMs
  deviceId?: string
  settingsVersion: number
  /** How often it was said (smoke), or until when it holds by itself (a test). */
  count?: number
  until?: EpochMs
}

/** Everything the rules remember of a home between two events: plain JSON, versioned, a few hundred bytes. */
export interface HomeState {
  version: 1
  zone: string
  /** True once the registry has said which devices stand here; before that, whoever speaks is taken to belong. */
  listed: boolean
  devices: DeviceState[]
  /** Instants of smoke reports already taken, for each detector that ever raised one: the same again changes nothing. */
  smokeSeen: { subject: string; at: EpochMs[] }[]
  open: OpenFinding[]
  /** End of the last outage of ours, and the first fresh water reading after it. */
  back: { outageTo: EpochMs; at: EpochMs } | null
  /** A water rule that was cleared by use may speak again only of a quiet that began later. */
  usedAt: { volume: EpochMs; none: EpochMs }
  /** When the resident last said that all is well; left out while they never did. */
  signOfLifeAt?: EpochMs
  /** Habits of the home; null until the personal rule has looked at it. */
  personal: PersonalState | null
  /** Quiets beside water that runs evenly by itself; left out while none ever did. */
  even?: EvenQuiets
  /** Water that a clock draws; null until a day was seen whole. */
  clockwork: Clockwork | null
  /** What tells people from machines where no water meter does; left out where one does. */
  alone?: ElectricAlone
  /** What is remembered of its days; left out until a water meter was heard. */
  days?: DayHistory
  /** What the last step answered as its deadline. */
  due: EpochMs | null
}

export function newHomeState(zone: string): HomeState {
  return {
    version: 1,
    zone,
    listed: false,
    devices: [],
    smokeSeen: [],
    open: [],
    back: null,
    usedAt: { volume: 0, none: 0 },
    clockwork: null,
    personal: null,
    due: null,
  }
}

const HABITS_VERSION = newBaseline(0).version

/** Takes what was stored by this or an earlier release. Throws on a version it does not know. */
export function readHomeState(json: Json): HomeState {
  if (json === null || typeof json !== 'object' || Array.isArray(json) || json.version !== 1)
    throw new Error('home state: unknown version')
  const state = { personal: null, clockwork: null, ...json } as unknown as HomeState
  if (state.personal !== null && state.personal.baseline.version !== HABITS_VERSION)
    throw new Error('home state: unknown version of the habits')
  return state
}

/**
 * A draft that may be changed freely, but for its devices: most events are about one of them at the most, so each is
 * copied by whoever writes to it (`draftOfDevice`). Lists of uses and of instants, and `usedAt`, are replaced, never written.
 */
export function draftOf(state: HomeState): HomeState {
  return {
    ...state,
    open: state.open.length === 0 ? state.open : state.open.map((open) => ({ ...open })),
  }
}

/** A copy that may be changed freely, but for its lists of uses. */
export const draftOfDevice = (device: DeviceState): DeviceState => ({
  ...device,
  water:
    device.water.length === 0
      ? device.water
      : device.water.map((track) => ({ ...track, register: copyRegister(track.register) })),
  power:
    device.power.length === 0
      ? device.power
      : device.power.map((track) => ({ ...track, register: copyRegister(track.register) })),
})

const copyRegister = (register: Register): Register => ({ ...register })
