import type { DutyDesk } from '../contracts/duty-desk.ts'
import { calendar, gapsIn } from '../dispatch/roster.ts'
import { rosterFaults } from '../dispatch/roster-faults.ts'
import type { StateTables } from '../store/state.ts'
import type { Duty } from './duty.ts'

/** Who is on duty, from what the pipeline keeps in memory. */
export function dutyDeskOf(
  state: Pick<StateTables, 'jurisdictions' | 'people' | 'channels'>,
  duty: Duty,
): DutyDesk {
  return {
    isSetUp: () => duty.isSetUp,
    policyFor: async (id) => duty.policyFor(await duty.pathOf(state, id)),
    async faultsOf(draft) {
      const named = draft.shifts.flatMap(({ crews }) =>
        crews.flatMap(({ primary, backup }) => [primary, backup]),
      )
      const ids = [...named, ...draft.overrides.map(({ personId }) => personId)].filter((id) => id !== null)
      const people = await state.people.of([...new Set(ids)])
      const working = (await state.channels.all()).filter(({ config }) => config.enabled)
      const channels = new Set(working.map(({ config }) => config.id))
      return rosterFaults({ ...draft, publishedAt: 0 }, people, channels)
    },
    calendar(id, from, to, now) {
      const rosters = duty.rostersOf(id)
      const through = calendar(rosters, id, from, to)
      const { tests } = duty.watchOf(id)
      const [present = null] = calendar(rosters, id, now, now + 1)
      return {
        now: present && (through.find((one) => one.from <= now && now < one.to) ?? present),
        stretches: through,
        gaps: gapsIn(through, from, to),
        tests,
      }
    },
  }
}
