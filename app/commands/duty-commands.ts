import type { Actor } from '../../contracts/alert.ts'
import type { Commands, NewPerson } from '../../contracts/command.ts'
import type { EscalationPolicy, Person, Roster } from '../../contracts/duty.ts'
import { type DutyChange, PersonOnFile } from '../../contracts/duty-change.ts'
import type { DutyDesk } from '../../contracts/duty-desk.ts'
import { Refusal } from '../../contracts/errors.ts'
import { type AccountId, PersonId, PolicyId } from '../../contracts/ids.ts'
import type { JournalBody } from '../../contracts/journal.ts'
import type { Clocks } from '../../contracts/time.ts'
import type { StateTables } from '../../store/state.ts'
import { newId } from '../secrets.ts'
import { found } from './found.ts'

/** Takes what the journal may know, and leaves the rest. */
const OnFile = PersonOnFile.strip()

/** What the duty is to know of somebody. Whoever's account is shut cannot answer: they are not on duty. */
export async function personChange(
  { accounts }: Pick<StateTables, 'accounts'>,
  person: Person,
): Promise<DutyChange> {
  const account = person.accountId === null ? null : await accounts.get(person.accountId)
  const enabled = person.enabled && account?.enabled !== false
  return { type: 'person', person: OnFile.parse({ ...person, enabled }) }
}

type DutyCommands = Pick<
  Commands,
  'createPerson' | 'updatePerson' | 'publishRoster' | 'putPolicy' | 'answerPage'
>

export interface DutyCommandOptions {
  state: Pick<StateTables, 'people' | 'jurisdictions' | 'rosters' | 'policies' | 'accounts'>
  pipeline: { execute(body: JournalBody, at: number): Promise<unknown> }
  clocks: Clocks
  dutyDesk: Pick<DutyDesk, 'faultsOf'>
}

/** Who answers alerts, and by which roster and policy. Names and numbers stay out of the journal. */
export function dutyCommands({ state, pipeline, clocks, dutyDesk }: DutyCommandOptions): DutyCommands {
  const journal = (change: DutyChange, by: Actor) =>
    pipeline.execute({ type: 'duty', change, by }, clocks.civil.now())

  const putPerson = async (person: Person, by: Actor): Promise<Person> => {
    await found(state.jurisdictions.get(person.jurisdictionId), 'jurisdiction')
    await checkAccount(person.accountId, person.id)
    await state.people.put(person)
    await journal(await personChange(state, person), by)
    return person
  }
  /** Whoever signs in with an account is one person: otherwise nobody could tell who answered. */
  const checkAccount = async (accountId: AccountId | null, id: PersonId): Promise<void> => {
    if (accountId === null) return
    await found(state.accounts.get(accountId), 'account')
    const other = await state.people.byAccount(accountId)
    if (other !== null && other.id !== id)
      throw new Refusal('conflict', 'this account belongs to somebody else on duty')
  }
  return {
    createPerson: (person: NewPerson, by) =>
      putPerson({ ...person, id: PersonId.parse(newId('person')), createdAt: clocks.civil.now() }, by),
    updatePerson: async (id, change, by) =>
      putPerson({ ...(await found(state.people.get(id), 'person')), ...change }, by),
    async publishRoster(draft, by) {
      await found(state.jurisdictions.get(draft.jurisdictionId), 'jurisdiction')
      const faults = await dutyDesk.faultsOf(draft)
      if (faults.length > 0) throw new Refusal('roster_faulty', 'the roster cannot be published', { faults })
      const roster: Roster = { ...draft, version: draft.version + 1, publishedAt: clocks.civil.now() }
      await journal({ type: 'roster', roster }, by)
      return roster
    },
    async putPolicy(jurisdictionId, draft, by) {
      await found(state.jurisdictions.get(jurisdictionId), 'jurisdiction')
      const own = (await state.policies.all()).findLast((one) => one.jurisdictionId === jurisdictionId)
      const policy: EscalationPolicy = {
        ...draft,
        // A place has one policy of its own: of two first drafts at once the second meets the first.
        id: PolicyId.parse(jurisdictionId),
        version: own === undefined ? 1 : draft.version + 1,
        jurisdictionId,
      }
      await journal({ type: 'policy', policy }, by)
      return policy
    },
    async answerPage(key, by) {
      await pipeline.execute({ type: 'page_answered', key, by }, clocks.civil.now())
    },
  }
}
