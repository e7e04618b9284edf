import type {
  AwayPeriod,
  CircumstanceChange,
  HomeSettings,
  PlannedCut,
  SensitivePeriod,
} from '../contracts/circumstance.ts'
import type { RuleContext } from '../contracts/home.ts'
import type { HomeId, JurisdictionId } from '../contracts/ids.ts'
import type { Home } from '../contracts/registry.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import { DAY_MS, type EpochMs, earlier } from '../contracts/time.ts'
import type { StateTables } from '../store/state.ts'
import { placePath } from './place-path.ts'

/** Evidence may still speak of what ended this long ago. */
const CIRCUMSTANCES_KEPT_MS = 40 * DAY_MS

export type HomeCircumstances = Pick<RuleContext, 'away' | 'sensitivity'>
const NOTHING: HomeCircumstances = {}

/** The instant up to which cuts that began have been told of. */
const BEGUN_FACT = 'cuts_begun_until'

type Tables = Pick<StateTables, 'circumstances' | 'jurisdictions' | 'facts'>
type Period = { id: string; from: EpochMs; to: EpochMs; endedAt: EpochMs | null }

/**
 * What bears on each home beyond its readings, in memory: every event of every home asks for it. The pipeline, which
 * alone writes it, keeps it current.
 */
export class Circumstances {
  readonly #away = new Map<HomeId, AwayPeriod[]>()
  readonly #ofHomes = new Map<HomeId, SensitivePeriod[]>()
  readonly #ofPlaces = new Map<JurisdictionId, SensitivePeriod[]>()
  readonly #settings = new Map<HomeId, HomeSettings>()
  readonly #cuts = new Map<JurisdictionId, PlannedCut[]>()
  #cutsBegunUntil: EpochMs = 0
  readonly #parents = new Map<JurisdictionId, JurisdictionId | null>()
  /** The settings of a home with its own put in, made once for each document. */
  readonly #own = new Map<HomeId, { shared: RuleSettings; own: RuleSettings }>()
  /** What was put together for a home, as long as nothing changes. */
  readonly #known = new Map<HomeId, { jurisdictionId: JurisdictionId; circumstances: HomeCircumstances }>()

  static async load(tables: Tables, now: EpochMs): Promise<Circumstances> {
    const circumstances = new Circumstances()
    await circumstances.reload(tables, now)
    return circumstances
  }

  /** Takes everything from the disk in one go, as of then; what ended long before `now` is let go. */
  async reload(tables: Tables, now: EpochMs): Promise<void> {
    const since = now - CIRCUMSTANCES_KEPT_MS
    const { circumstances, jurisdictions } = tables
    const [away, sensitive, cuts, settings, places] = [
      await circumstances.awaySince(since),
      await circumstances.sensitivitySince(since),
      await circumstances.cutsSince(now),
      await circumstances.allSettings(),
      await jurisdictions.all(),
    ]
    const maps = [
      this.#away,
      this.#ofHomes,
      this.#ofPlaces,
      this.#cuts,
      this.#settings,
      this.#own,
      this.#known,
    ]
    for (const map of maps) map.clear()
    for (const one of away) putInto(this.#away, one.homeId, one)
    for (const one of sensitive) this.#putSensitivity(one)
    for (const one of cuts) this.#putCut(one)
    for (const one of settings) this.#settings.set(one.homeId, one)
    for (const { id, parentId } of places) this.#parents.set(id, parentId)
    this.#cutsBegunUntil = Number((await tables.facts.get(BEGUN_FACT)) ?? now)
  }

  /** A place lies below another from here on. */
  putPlace(id: JurisdictionId, parentId: JurisdictionId | null): void {
    this.#parents.set(id, parentId)
    this.#known.clear()
  }

  put(change: CircumstanceChange): void {
    this.#known.clear()
    switch (change.type) {
      case 'away':
        putInto(this.#away, change.away.homeId, change.away)
        return
      case 'sensitivity':
        this.#putSensitivity(change.sensitivity)
        return
      case 'cut':
        this.#putCut(change.cut)
        return
      case 'home_settings':
        this.#settings.set(change.settings.homeId, change.settings)
        this.#own.delete(change.settings.homeId)
        return
    }
  }

  /** Of whoever lived there nothing is known any more. */
  forgetHome(id: HomeId): void {
    for (const map of [this.#away, this.#ofHomes, this.#settings, this.#own, this.#known]) map.delete(id)
  }

  /** The part of a home's context that is its own. */
  of({ id, jurisdictionId }: Pick<Home, 'id' | 'jurisdictionId'>): HomeCircumstances {
    const known = this.#known.get(id)
    if (known?.jurisdictionId === jurisdictionId) return known.circumstances
    const away = this.#away.get(id)
    const sensitive = this.#sensitivityOf(id, jurisdictionId)
    if (away === undefined && sensitive.length === 0) return NOTHING
    const circumstances = {
      ...(away === undefined ? {} : { away: awayInForce(away) }),
      ...(sensitive.length === 0 ? {} : { sensitivity: sensitivityInForce(sensitive) }),
    }
    this.#known.set(id, { jurisdictionId, circumstances })
    return circumstances
  }

  settingsOf(homeId: HomeId, shared: RuleSettings): RuleSettings {
    const settings = this.#settings.get(homeId)
    if (settings === undefined) return shared
    const known = this.#own.get(homeId)
    if (known?.shared === shared) return known.own
    const own = withOwn(shared, settings)
    this.#own.set(homeId, { shared, own })
    return own
  }

  /** The announced cuts that hold at a place at `now`. */
  cutsAt(id: JurisdictionId, now: EpochMs): PlannedCut[] {
    if (this.#cuts.size === 0) return []
    return this.pathOf(id)
      .flatMap((place) => untilEnded(this.#cuts.get(place) ?? []))
      .filter(({ from, to }) => from <= now && now < to)
  }

  /** When the next cut begins of which nobody has been told; null: none is announced. */
  nextCutAt(): EpochMs | null {
    let next: EpochMs | null = null
    for (const { from } of this.#cutsToCome()) next = earlier(next, from)
    return next
  }

  /** The cuts that have begun by `at` and were not told of before; from now on they were, also after a restart. */
  async cutsBegun({ facts }: Pick<Tables, 'facts'>, at: EpochMs): Promise<PlannedCut[]> {
    const begun = this.#cutsToCome().filter(({ from }) => from <= at)
    this.#cutsBegunUntil = Math.max(this.#cutsBegunUntil, at)
    await facts.put(BEGUN_FACT, String(this.#cutsBegunUntil))
    return begun
  }

  #cutsToCome(): PlannedCut[] {
    if (this.#cuts.size === 0) return []
    return untilEnded([...this.#cuts.values()].flat()).filter(({ from }) => from > this.#cutsBegunUntil)
  }

  /** Whether `id` is `place` or lies below it. */
  liesIn(id: JurisdictionId, place: JurisdictionId): boolean {
    return this.pathOf(id).includes(place)
  }

  #sensitivityOf(id: HomeId, jurisdictionId: JurisdictionId): SensitivePeriod[] {
    const own = this.#ofHomes.get(id) ?? []
    if (this.#ofPlaces.size === 0) return own
    return [...own, ...this.pathOf(jurisdictionId).flatMap((place) => this.#ofPlaces.get(place) ?? [])]
  }

  /** The place itself, then those above it up to the root. */
  pathOf(id: JurisdictionId): JurisdictionId[] {
    return placePath(id, (at) => this.#parents.get(at))
  }

  #putCut(one: PlannedCut): void {
    putInto(this.#cuts, one.jurisdictionId, one)
  }

  #putSensitivity(one: SensitivePeriod): void {
    if (one.homeId !== null) putInto(this.#ofHomes, one.homeId, one)
    else if (one.jurisdictionId !== null) putInto(this.#ofPlaces, one.jurisdictionId, one)
  }
}

function putInto<Key, T extends Period>(map: Map<Key, T[]>, key: Key, one: T): void {
  const others = (map.get(key) ?? []).filter(({ id }) => id !== one.id)
  map.set(key, [...others, one])
}

/** A period as it turned out: one that was taken back ends there, and one that was taken back before it began never was. */
const untilEnded = <T extends Period>(periods: readonly T[]): T[] =>
  periods
    .map((one) => ({ ...one, to: one.endedAt === null ? one.to : Math.min(one.to, one.endedAt) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from)

export const awayInForce = (periods: readonly AwayPeriod[]): NonNullable<HomeCircumstances['away']> =>
  untilEnded(periods).map(({ from, to }) => ({ from, to, source: 'planned' }))

export const sensitivityInForce = (
  periods: readonly SensitivePeriod[],
): NonNullable<HomeCircumstances['sensitivity']> =>
  untilEnded(periods).map(({ from, to, factor, reason }) => ({ from, to, factor, reason }))

/** The settings for all, with what this home has otherwise. A budget of its own is what somebody chose for it: it does not grow. */
export function withOwn(
  shared: RuleSettings,
  own: Pick<HomeSettings, 'budgetPer30Days' | 'capHours'> | null,
): RuleSettings {
  if (own === null) return shared
  const rule = shared['inactivity.personal']
  const ownBudget =
    own.budgetPer30Days === null
      ? {}
      : { budgetPer30Days: own.budgetPer30Days, oftenAwayBudgetPer30Days: own.budgetPer30Days }
  const capHours = own.capHours ?? rule.capHours
  return { ...shared, 'inactivity.personal': { ...rule, ...ownBudget, capHours } }
}

/** What a change is about: a home, or a place and all below it. */
export function bearsOn(change: CircumstanceChange): {
  homeId: HomeId | null
  jurisdictionId: JurisdictionId | null
} {
  if (change.type === 'sensitivity') return change.sensitivity
  if (change.type === 'cut') return { homeId: null, jurisdictionId: change.cut.jurisdictionId }
  const { homeId } = change.type === 'away' ? change.away : change.settings
  return { homeId, jurisdictionId: null }
}

export async function putCircumstance(
  { circumstances }: Pick<StateTables, 'circumstances'>,
  change: CircumstanceChange,
): Promise<void> {
  if (change.type === 'away') await circumstances.putAway(change.away)
  else if (change.type === 'sensitivity') await circumstances.putSensitivity(change.sensitivity)
  else if (change.type === 'cut') await circumstances.putCut(change.cut)
  else await circumstances.putSettings(change.settings)
}
