import { Refusal } from '../../contracts/errors.ts'
import type { RuleContext } from '../../contracts/home.ts'
import type { HomeId } from '../../contracts/ids.ts'
import type { Home } from '../../contracts/registry.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { type Clock, DAY_MS, type EpochMs } from '../../contracts/time.ts'
import type { Foresight, Outlook } from '../../contracts/why-not.ts'
import { type HomeState, newHomeState, step } from '../../rules/home.ts'
import { outlook } from '../../rules/why-not.ts'
import type { HomeMemory } from '../../store/state/pipeline.ts'
import type { StateStore } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import type { Directory } from '../directory.ts'
import { readRulesMemory } from '../pipeline/home-memory.ts'
import { type HistorySources, readHistory } from './home-history.ts'
import { REMEMBERED_MS, relive } from './past-home.ts'
import { settingsAt } from './settings-then.ts'

const OUTAGES_MS = 40 * DAY_MS

export interface ForesightOptions extends HistorySources {
  state: HistorySources['state'] & Pick<StateStore, 'memories' | 'settings' | 'outages'>
  directory: Directory
  circumstances: Circumstances
  civil: Clock
}

/** Asks the rules what they make of a home: now from what they remember, in the past by living through it again. */
export class HomeForesight implements Foresight {
  readonly #options: ForesightOptions
  /** Pasts are lived through one at a time: each may take a second of the thread that takes readings in. */
  #past: Promise<unknown> = Promise.resolve()

  constructor(options: ForesightOptions) {
    this.#options = options
  }

  async outlook(homeId: HomeId, at: EpochMs | null): Promise<Outlook & { at: EpochMs; replayed: boolean }> {
    const now = this.#options.civil.now()
    const home = this.#options.directory.home(homeId)
    if (home === null) throw new Refusal('not_found', 'No such home.')
    if (at === null) return { ...(await this.#present(home, now)), at: now, replayed: false }
    if (at > now) throw new Refusal('bad_request', 'Nobody knows what will be heard by then.')
    const past = this.#past.then(() => this.#replayed(home, at))
    this.#past = past.catch(() => {})
    return { ...(await past), at, replayed: true }
  }

  async #present(home: Home, now: EpochMs): Promise<Outlook> {
    const { state, circumstances } = this.#options
    const context: RuleContext = {
      homeId: home.id,
      settings: circumstances.settingsOf(home.id, (await state.settings.rules()) ?? defaultRuleSettings),
      outages: await state.outages.since(now - OUTAGES_MS),
      ...circumstances.of(home),
    }
    return outlook(await this.#remembered(home, now, context), now, context)
  }

  async #remembered(home: Home, now: EpochMs, context: RuleContext): Promise<HomeState> {
    const memory = await this.#options.state.memories.get(home.id)
    const known = memory === null ? null : readable(memory)
    if (known !== null) return known
    const devices = this.#options.directory.devicesOf(home.id)
    return step(newHomeState(home.zone), { type: 'devices', devices }, now, context).state
  }

  async #replayed(home: Home, at: EpochMs): Promise<Outlook> {
    const { state } = this.#options
    const packed = await readHistory(this.#options, home.id, { from: at - REMEMBERED_MS, to: at + 1 })
    if (packed === null) throw new Refusal('not_found', 'No such home.')
    const outages = (await state.outages.since(at - OUTAGES_MS)).filter(({ from }) => from < at)
    const lived = await relive(packed, { settings: await settingsAt(state.settings, at), outages, until: at })
    return outlook(lived.state, at, lived.context)
  }
}

/** Null where the rules do not know its form: it will be learned anew. */
function readable(memory: HomeMemory): HomeState | null {
  try {
    return readRulesMemory(memory).rules
  } catch {
    return null
  }
}
