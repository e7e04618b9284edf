import type { Outcome } from '../api/types.ts'
import { addDays, startOfLocalDay } from '../format/instant.ts'

export const CONTACTS = ['seen', 'phone', 'no_answer', 'refused'] as const
/** In the groups in which one looks for them. */
export const CAUSES = {
  emergency: ['fall', 'illness', 'fire', 'death'],
  benign: ['late_rising', 'family_stay', 'hospital', 'away', 'guests', 'cooking'],
  supply: ['utility_cut'],
  device: ['device_battery', 'device_offline', 'device_placement', 'device_swapped'],
  unknown: ['unknown'],
} as const satisfies Record<string, readonly Outcome['cause'][]>
export const NEEDS = [
  'none',
  'medical_care',
  'repair',
  'meals',
  'fall_proofing',
  'benefits',
  'company',
] as const
export const ACTIONS = [
  'none',
  'referral',
  'follow_up',
  'ambulance_120',
  'police_110',
  'fire_119',
  'forced_entry',
] as const
const VERDICTS = ['emergency', 'need', 'benign', 'technical', 'drill'] as const

/** The form while it is filled in; dates are civil dates of the home. */
export interface OutcomeDraft {
  contact: Outcome['contact'] | null
  cause: Outcome['cause'] | null
  need: Outcome['need'] | null
  action: Outcome['action'] | null
  verdict: Outcome['verdict'] | null
  followUpOn: string
  policeReference: string
  awayUntil: string
  note: string
}

export const EMPTY_DRAFT: OutcomeDraft = {
  contact: null,
  cause: null,
  need: null,
  action: null,
  verdict: null,
  followUpOn: '',
  policeReference: '',
  awayUntil: '',
  note: '',
}

/** An exercise ends as one, and nothing else does. */
export const verdictsFor = (isDrill: boolean): readonly Outcome['verdict'][] =>
  VERDICTS.filter((verdict) => (verdict === 'drill') === isDrill)

export const emptyDraft = (isDrill: boolean): OutcomeDraft =>
  isDrill ? { ...EMPTY_DRAFT, verdict: 'drill' } : EMPTY_DRAFT

export const FIELDS = ['contact', 'cause', 'need', 'action', 'verdict'] as const
export type Field = (typeof FIELDS)[number]
export type Fault = Field | 'followUpOn' | 'policeReference' | 'twoPeople'

export const asksAwayUntil = ({ cause }: OutcomeDraft): boolean => cause === 'away' || cause === 'hospital'

/** What is still missing, in the order of the questions. `people`: how many were there. */
export const faultsOf = (draft: OutcomeDraft, people: number): Fault[] => [
  ...FIELDS.filter((field) => draft[field] === null),
  ...(draft.action === 'follow_up' && draft.followUpOn === '' ? (['followUpOn'] as const) : []),
  ...(draft.action === 'forced_entry' && draft.policeReference.trim() === ''
    ? (['policeReference'] as const)
    : []),
  ...(draft.action === 'forced_entry' && people < 2 ? (['twoPeople'] as const) : []),
]

/** The outcome as the service takes it; null while something is missing. What was not asked for is left out. */
export const outcomeOf = (draft: OutcomeDraft, people: number, zone: string): Outcome | null => {
  const { contact, cause, need, action, verdict } = draft
  if (contact === null || cause === null || need === null || action === null || verdict === null) return null
  if (faultsOf(draft, people).length > 0) return null
  const isAway = asksAwayUntil(draft) && draft.awayUntil !== ''
  return {
    contact,
    cause,
    need,
    action,
    verdict,
    followUpOn: action === 'follow_up' ? draft.followUpOn : null,
    policeReference: action === 'forced_entry' ? draft.policeReference.trim() : null,
    // They are away through that day.
    awayUntil: isAway ? new Date(startOfLocalDay(addDays(draft.awayUntil, 1), zone)).toISOString() : null,
  }
}

/** What was reported, to be confirmed or corrected. */
export const draftOf = (
  outcome: Outcome | null,
  localDateOf: (at: string) => string,
  isDrill: boolean,
): OutcomeDraft =>
  outcome === null
    ? emptyDraft(isDrill)
    : {
        ...EMPTY_DRAFT,
        contact: outcome.contact,
        cause: outcome.cause,
        need: outcome.need,
        action: outcome.action,
        verdict: outcome.verdict,
        followUpOn: outcome.followUpOn ?? '',
        policeReference: outcome.policeReference ?? '',
        awayUntil: outcome.awayUntil === null ? '' : addDays(localDateOf(outcome.awayUntil), -1),
      }
