import type { Consent } from '../../contracts/consent.ts'
import type { ImportColumn, ImportFaultCode } from '../../contracts/import.ts'
import { DAY_MS, type EpochMs } from '../../contracts/time.ts'
import { instantOf } from '../../rules/local-time.ts'
import type { SheetRow } from './sheet.ts'

/** `none`: the list says itself that nobody agreed yet. */
export type SaidConsent = Pick<Consent, 'givenBy' | 'givenAt' | 'form'> | 'none'
export type CellFault = [column: ImportColumn, code: ImportFaultCode]

const GIVERS = new Map<string, Consent['givenBy'] | 'none'>([
  ...(['resident', 'family', 'guardian', 'none'] as const).map((word) => [word, word] as const),
  ['本人', 'resident'],
  ['家属', 'family'],
  ['监护人', 'guardian'],
  ['无', 'none'],
  ['未同意', 'none'],
])
const FORMS = new Map<string, Consent['form']>([
  ['on_paper', 'on_paper'],
  ['paper', 'on_paper'],
  ['纸质', 'on_paper'],
  ['书面', 'on_paper'],
  ['on_the_spot', 'on_the_spot'],
  ['现场', 'on_the_spot'],
  ['当面', 'on_the_spot'],
])
const DAY = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/

/** What a row says of consent; null: nothing. A paper is the rule where hundreds of homes are brought in. */
export function consentOf(
  { consentBy, consentOn, consentHow }: SheetRow['cells'],
  zone: string,
  now: EpochMs,
): { said: SaidConsent | null; faults: CellFault[] } {
  if (consentBy === undefined) {
    const faults: CellFault[] = consentOn === undefined ? [] : [['consentBy', 'missing']]
    return { said: null, faults }
  }
  const givenBy = GIVERS.get(consentBy.toLowerCase())
  if (givenBy === 'none') return { said: 'none', faults: [] }
  const form = FORMS.get((consentHow ?? 'on_paper').toLowerCase())
  const givenAt = consentOn === undefined ? null : dayOf(consentOn, zone)
  const faults: CellFault[] = []
  if (givenBy === undefined) faults.push(['consentBy', 'malformed'])
  if (form === undefined) faults.push(['consentHow', 'malformed'])
  if (consentOn === undefined) faults.push(['consentOn', 'missing'])
  else if (givenAt === null || givenAt > now) faults.push(['consentOn', 'malformed'])
  if (givenBy === undefined || form === undefined || givenAt === null || faults.length > 0)
    return { said: null, faults }
  return { said: { givenBy, form, givenAt }, faults }
}

/** When that day began on the site's clocks; null for what is no day. */
function dayOf(text: string, zone: string): EpochMs | null {
  const [, year, month, day] = DAY.exec(text.slice(0, 10)) ?? []
  if (year === undefined) return null
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const isDay =
    new Date(utc).getUTCMonth() === Number(month) - 1 && new Date(utc).getUTCDate() === Number(day)
  return isDay ? instantOf(zone, utc / DAY_MS, 0) : null
}
