import type { AccessEntry } from '../contracts/access.ts'
import type { HomeId } from '../contracts/ids.ts'
import type { Clock } from '../contracts/time.ts'
import type { AccessTable } from '../store/state/accounts.ts'
import type { Caller } from './sessions.ts'

export type What = AccessEntry['what']
export interface Look {
  homeId: HomeId
  what: What
}

/** Writes down who looked at whom. A look is written before its answer goes out: what cannot be written is not shown. */
export class AccessLog {
  readonly #table: Pick<AccessTable, 'append'>
  readonly #civil: Clock

  constructor(table: Pick<AccessTable, 'append'>, civil: Clock) {
    this.#table = table
    this.#civil = civil
  }

  /** One entry for each home and kind of look. */
  async record(caller: Caller, route: string, looks: readonly Look[]): Promise<void> {
    if (looks.length === 0) return
    const at = this.#civil.now()
    const unique = new Map(looks.map((look) => [`${look.what} ${look.homeId}`, look]))
    await this.#table.append(
      [...unique.values()].map((look) => ({ at, actor: caller.actor, route, ...look })),
    )
  }

  /** What went out in a stream, to several callers, as one write. */
  async recordDelivered(route: string, delivered: readonly { actor: string; look: Look }[]): Promise<void> {
    const at = this.#civil.now()
    await this.#table.append(delivered.map(({ actor, look }) => ({ at, actor, route, ...look })))
  }
}

export const looksAt = (homeIds: Iterable<HomeId>, what: What): Look[] =>
  [...homeIds].map((homeId) => ({ homeId, what }))

/** An alert of a home names it, and shows who lives there when anybody is recorded. */
export const looksAtAlerts = (views: readonly { homeId: HomeId | null; who: object | null }[]): Look[] =>
  views.flatMap(({ homeId, who }) =>
    homeId === null
      ? []
      : looksAt([homeId], 'alert').concat(who === null ? [] : looksAt([homeId], 'identity')),
  )
