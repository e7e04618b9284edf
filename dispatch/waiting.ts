import type { PlannedCut, Supply } from '../contracts/circumstance.ts'
import { type FindingKind, familyOf } from '../contracts/finding.ts'
import type { AlertId } from '../contracts/ids.ts'
import type { Severity } from '../contracts/severity.ts'

/** An incident of the neighbourhood that holds now, and the alert under which it is dealt with. */
export interface Inhibitor {
  kind: FindingKind
  alertId: AlertId
}

interface Concluded {
  kind: FindingKind
  severity: Severity
}

/**
 * What each incident explains, and nothing more: a dry tap does not explain electricity at standby, and a dead gateway
 * does not explain a resident whose meter is heard. Smoke, water and power hazards are explained by none.
 */
const EXPLAINS: Partial<Record<FindingKind, ReadonlySet<FindingKind>>> = {
  'neighbourhood.quiet': new Set(['inactivity.personal', 'inactivity.water_volume', 'inactivity.water_none']),
  'neighbourhood.silent': new Set(['device.silent', 'home.blind']),
}

/** The incident that explains such a finding; none ever does for danger to life. */
export const inhibitorOf = (
  { kind, severity }: Concluded,
  inhibitors: readonly Inhibitor[],
): Inhibitor | undefined =>
  severity === 'P1' ? undefined : inhibitors.find((one) => EXPLAINS[one.kind]?.has(kind))

/** What the want of each supply explains: the same kinds as when the neighbourhood shows it by itself. */
const CUT_EXPLAINS: Record<Supply, ReadonlySet<FindingKind>> = {
  water: new Set(['inactivity.personal', 'inactivity.water_volume', 'inactivity.water_none']),
  electricity: new Set(['inactivity.electricity_flat', 'device.silent', 'home.blind']),
  network: new Set(['device.silent', 'home.blind']),
}

/** The announced cut that explains such a finding; none ever does for danger to life. */
export const cutOf = ({ kind, severity }: Concluded, cuts: readonly PlannedCut[]): PlannedCut | undefined =>
  severity === 'P1'
    ? undefined
    : cuts.find(({ supplies }) => supplies.some((supply) => CUT_EXPLAINS[supply].has(kind)))

/** Whether the resident is asked before anybody is sent. Danger to life never waits for an answer. */
export const isAskedAbout = ({ kind, severity }: Concluded): boolean =>
  familyOf(kind) === 'inactivity' && severity !== 'P1'
