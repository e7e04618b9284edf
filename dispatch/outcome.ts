import type { Evidence } from '../contracts/finding.ts'
import type { Outcome } from '../contracts/visit.ts'
import type { CaseRefusal } from './case.ts'

/** What an outcome must hold besides its five fields. `people`: how many were there. A drill ends as a drill. */
export function outcomeFault(outcome: Outcome, people: number, isDrill: boolean): CaseRefusal | null {
  if (isDrill && outcome.verdict !== 'drill')
    return { code: 'outcome_incomplete', message: 'a drill ends with the verdict drill' }
  if (outcome.action === 'follow_up' && outcome.followUpOn === null)
    return { code: 'outcome_incomplete', message: 'a follow-up needs its date' }
  if (outcome.action !== 'forced_entry') return null
  if (outcome.policeReference === null)
    return { code: 'outcome_incomplete', message: 'a forced entry needs the reference of the call to 110' }
  if (people < 2)
    return { code: 'outcome_incomplete', message: 'a forced entry needs two people who were there' }
  return null
}

const VERDICTS: Record<Outcome['verdict'], Evidence['sentence']> = {
  emergency: { zh: '确属紧急情况', en: 'A true emergency' },
  need: { zh: '确有需要', en: 'A true need' },
  benign: { zh: '虚惊一场', en: 'Benign' },
  technical: { zh: '设备或供应原因', en: 'Technical' },
  drill: { zh: '演练', en: 'A drill' },
}

/** An outcome as it stands in the timeline: the five fields, none of them free text. */
export const outcomeEvidence = (outcome: Outcome | null): Evidence | null =>
  outcome === null ? null : { data: { ...outcome }, sentence: VERDICTS[outcome.verdict] }
