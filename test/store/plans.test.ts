import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HomeId, JurisdictionId, PersonId } from '../../contracts/ids.ts'
import { alertTable } from '../../store/sqlite/alerts.ts'
import type { Connection } from '../../store/sqlite/connection.ts'
import { Database } from '../../store/sqlite/database.ts'
import { dutyPageTable } from '../../store/sqlite/duty.ts'
import { rotaTable } from '../../store/sqlite/rotas.ts'
import { openState } from '../../store/sqlite/state.ts'
import { visitTable } from '../../store/sqlite/visits.ts'
import { temporaryFolder } from '../support/folder.ts'

/** Asks SQLite of each query how it would be answered. */
class Explaining extends Database {
  readonly plans: string[] = []

  override get<Row>(sql: string, ...params: SQLInputValue[]) {
    this.#explain(sql, params)
    return super.get<Row>(sql, ...params)
  }

  override all<Row>(sql: string, ...params: SQLInputValue[]) {
    this.#explain(sql, params)
    return super.all<Row>(sql, ...params)
  }

  #explain(sql: string, params: readonly SQLInputValue[]): void {
    for (const { detail } of super.all<{ detail: string }>(`explain query plan ${sql}`, ...params))
      this.plans.push(detail)
  }
}

const east = [JurisdictionId.parse('east')]
const page = { limit: 50, after: null }
const any = { states: null, severities: null, kinds: null, homeId: null, from: null, to: null }
const open = ['offered', 'accepted', 'en_route', 'on_scene'] as const

const QUESTIONS: Record<string, (connection: Connection) => Promise<unknown>> = {
  'how many stand where': (to) => alertTable(to).countByState(null),
  'how many of a place stand where': (to) => alertTable(to).countByState(east),
  'the queue of a place': (to) =>
    alertTable(to).list({ ...any, scope: east, states: ['open'], drill: false }, 'urgency', page),
  'all that ever was of a home': (to) =>
    alertTable(to).list({ ...any, scope: east, homeId: HomeId.parse('h1'), drill: false }, 'newest', page),
  'drills, the newest first': (to) =>
    alertTable(to).list({ ...any, scope: null, drill: true }, 'newest', page),
  'what is open in a home': (to) => alertTable(to).activeOf(HomeId.parse('h1')),
  'what is open at a place': (to) => alertTable(to).activeAt(JurisdictionId.parse('east')),
  'visits under way at a place': (to) => visitTable(to).list({ scope: east, states: open }, page),
  'visits of somebody': (to) => visitTable(to).ofPerson(PersonId.parse('p1'), page),
  'how much everybody has had today': (to) => visitTable(to).loads(1_000),
  'how often everybody was asked': (to) => rotaTable(to).asked(),
  'who of a place was seen when': (to) => rotaTable(to).contacts(east),
  'who was paged today': (to) => dutyPageTable(to).since(1_000),
}

/** Every row of a table that grows for as long as the service runs; an index that holds the answer is quick to read. */
const READS_ALL =
  /^SCAN (alerts|visits|visit_people|pages|timeline|v|p)\b(?!.* USING (COVERING INDEX|INDEX alerts_(counted|drills)$))/

async function plansOf(ask: (connection: Connection) => Promise<unknown>): Promise<string[]> {
  const file = join(temporaryFolder(), 'state.db')
  await openState({ file }).close()
  const db = new Explaining(new DatabaseSync(file))
  onTestFinished(() => db.close())
  const read = async <T>(work: (db: Database) => T) => work(db)
  await ask({ read, write: read, erase: read })
  return db.plans
}

describe('after years of cases and visits', () => {
  it.each(Object.entries(QUESTIONS))('%s is answered without reading all of them', async (_, ask) => {
    const plans = await plansOf(ask)
    expect(plans).not.toEqual([])
    expect(plans.filter((plan) => READS_ALL.test(plan))).toEqual([])
  })

  it('when each home was last seen stands at the end of an index: nothing that came before is looked at', async () => {
    const plans = await plansOf((to) => rotaTable(to).contacts(east))
    expect(new Set(plans.filter((plan) => / (visits|alerts) /.test(plan)))).toEqual(
      new Set([
        'SEARCH visits USING INDEX visits_by_contact (home_id=?)',
        'SEARCH alerts USING INDEX alerts_by_contact (home_id=?)',
      ]),
    )
    expect(plans.filter((plan) => plan.includes('TEMP B-TREE'))).toEqual([])
  })
})
