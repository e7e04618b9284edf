import type { Json } from '../../contracts/finding.ts'
import type { HomeEvent, RuleContext, StepResult } from '../../contracts/home.ts'
import type { HomeId, JurisdictionId } from '../../contracts/ids.ts'
import { type EpochMs, earlier, MINUTE_MS } from '../../contracts/time.ts'
import { type HomeState, newHomeState, readHomeState, step } from '../../rules/home.ts'
import type { HomeMemory } from '../../store/state/pipeline.ts'
import type { StateTables } from '../../store/state.ts'
import type { Directory } from '../directory.ts'
import type { Held } from './held-cases.ts'

/** What is remembered of a home between two events: the rules' state, and when either room wants to be asked again. */
export interface Memory {
  rules: HomeState
  rulesDueAt: EpochMs | null
  casesDueAt: EpochMs | null
  /** Absent: dispatch has decided everything. */
  held?: Held
}

export interface HomeRuleOptions {
  directory: Directory
  onEarlyDeadline(homeId: HomeId): void
  /** A memory could not be read, or the rules broke on it: it begins anew. */
  onLostMemory(subject: HomeId | JurisdictionId, error: unknown): void
}

/** Homes whose memory is kept parsed; the rest is read from the store when they speak. */
const CACHED_HOMES = 50_000

/** Kept parsed between batches, and written once a batch. */
export class HomeMemories {
  readonly #options: HomeRuleOptions
  readonly #memories = new Map<HomeId, Memory>()
  readonly #touched = new Set<HomeId>()

  constructor(options: HomeRuleOptions) {
    this.#options = options
  }

  async of(tables: StateTables, context: RuleContext, now: EpochMs): Promise<Memory> {
    const { homeId } = context
    const cached = this.#memories.get(homeId)
    if (cached) return cached
    const stored = await tables.memories.get(homeId)
    const home = this.#options.directory.home(homeId)
    if (!home) throw new Error(`home ${homeId} is not registered`)
    const memory = stored
      ? this.#read(stored, context, now)
      : { rules: newHomeState(home.zone), rulesDueAt: null, casesDueAt: null }
    this.#memories.set(homeId, memory)
    return memory
  }

  /** Returns when the home comes due. */
  keep(homeId: HomeId, memory: Memory): EpochMs | null {
    this.#memories.set(homeId, memory)
    this.#touched.add(homeId)
    return earlier(memory.rulesDueAt, memory.casesDueAt)
  }

  async flush(tables: StateTables): Promise<void> {
    for (const homeId of this.#touched) {
      const memory = this.#memories.get(homeId)
      if (!memory) throw new Error(`home ${homeId} was touched and is not in memory`)
      const dueAt = earlier(memory.rulesDueAt, memory.casesDueAt)
      await tables.memories.put({ homeId, rules: memory as unknown as Json, dueAt })
    }
    this.#touched.clear()
    for (const homeId of this.#memories.keys()) {
      if (this.#memories.size <= CACHED_HOMES) break
      this.#memories.delete(homeId)
    }
  }

  forget(): void {
    this.#memories.clear()
    this.#touched.clear()
  }

  #read({ rules: json }: HomeMemory, context: RuleContext, now: EpochMs): Memory {
    const { casesDueAt, held } = json as unknown as Memory
    try {
      return readRulesMemory({ rules: json })
    } catch (error) {
      this.#options.onLostMemory(context.homeId, error)
      return {
        rules: freshState(context, now, this.#options),
        rulesDueAt: now,
        casesDueAt,
        ...(held && { held }),
      }
    }
  }
}

/** What was stored of a home. Throws when the rules do not know its form. */
export function readRulesMemory({ rules: json }: Pick<HomeMemory, 'rules'>): Memory {
  const { rules, ...rest } = json as unknown as { rules: Json } & Omit<Memory, 'rules'>
  return { ...rest, rules: readHomeState(rules) }
}

/**
 * One event through the rules. A fault in a rule must cost one home its memory at the most: never its smoke alarm, and
 * never another home anything. So what breaks on the remembered state is tried once more on a fresh one.
 */
export function stepHome(
  state: HomeState,
  event: HomeEvent,
  now: EpochMs,
  context: RuleContext,
  options: HomeRuleOptions,
): StepResult<HomeState> {
  const result = stepAnyhow(state, event, now, context, options)
  // Settings may hold any fraction of an hour: nobody is called before it is over.
  const deadline = result.deadline === null ? null : Math.ceil(result.deadline)
  if (deadline === null || deadline > now) return { ...result, deadline }
  // A rule that asks for the past would be asked for ever: a fault of ours that must not stop the other homes.
  options.onEarlyDeadline(context.homeId)
  return { ...result, deadline: now + MINUTE_MS }
}

function stepAnyhow(
  state: HomeState,
  event: HomeEvent,
  now: EpochMs,
  context: RuleContext,
  options: HomeRuleOptions,
): StepResult<HomeState> {
  try {
    return step(state, event, now, context)
  } catch (error) {
    options.onLostMemory(context.homeId, error)
    const fresh = freshState(context, now, options)
    try {
      return step(fresh, event, now, context)
    } catch (again) {
      options.onLostMemory(context.homeId, again)
      return { state: fresh, findings: [], deadline: null }
    }
  }
}

function freshState(context: RuleContext, now: EpochMs, { directory }: HomeRuleOptions): HomeState {
  const zone = directory.home(context.homeId)?.zone ?? 'UTC'
  const devices = directory.devicesOf(context.homeId)
  return step(newHomeState(zone), { type: 'devices', devices }, now, context).state
}
