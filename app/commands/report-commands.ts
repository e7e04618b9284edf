import type { Commands } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { AlertId } from '../../contracts/ids.ts'
import type { Report } from '../../contracts/report.ts'
import { drillReport } from '../../dispatch/drill.ts'
import { newId } from '../secrets.ts'
import { type CaseCommandOptions, keepNote } from './alert-commands.ts'
import { found } from './found.ts'

/** Cases that people open: emergencies found by other means, and drills. */
export function reportCommands({
  state,
  pipeline,
  clocks,
}: Pick<CaseCommandOptions, 'state' | 'pipeline' | 'clocks'>) {
  const open = async (report: Omit<Report, 'alertId'>) => {
    const body = { type: 'report', report: { ...report, alertId: AlertId.parse(newId('alert')) } } as const
    const alert = await pipeline.execute(body, clocks.civil.now())
    if (!alert) throw new Error('a report was answered without its alert')
    return alert
  }
  return {
    async reportIncident({ homeId, happenedAt, severity, what, by }) {
      const { jurisdictionId } = await found(state.homes.get(homeId), 'home')
      if (happenedAt > clocks.civil.now())
        throw new Refusal('bad_request', 'what has not happened yet cannot be reported')
      const noteId = await keepNote(state, homeId, what)
      const real = { drill: false, startsAt: null } as const
      return open({ ...real, homeId, jurisdictionId, severity, since: happenedAt, by, noteId })
    },
    async startDrill({ homeId, jurisdictionId: placeId, severity, startsAt, note, by }) {
      const home = homeId === null ? null : await found(state.homes.get(homeId), 'home')
      const jurisdictionId = home?.jurisdictionId ?? placeId
      if (jurisdictionId === null) throw new Refusal('bad_request', 'a drill is of a home or of a place')
      await found(state.jurisdictions.get(jurisdictionId), 'jurisdiction')
      const noteId = await keepNote(state, homeId, note)
      const since = Math.max(clocks.civil.now(), startsAt ?? 0)
      return open({ drill: true, homeId, jurisdictionId, severity, since, startsAt, by, noteId })
    },
    async drillReport(id) {
      const alert = await found(state.alerts.get(id), 'drill')
      if (!alert.drill) throw new Refusal('not_found', 'no such drill')
      return drillReport(alert, await state.alerts.timeline(id), await state.pages.ofAlert(id))
    },
  } satisfies Pick<Commands, 'reportIncident' | 'startDrill' | 'drillReport'>
}
