import type { Alert, TimelineEntry } from '../../contracts/alert.ts'
import type { Page as DutyPage, Person, Roster } from '../../contracts/duty.ts'
import type { Finding } from '../../contracts/finding.ts'
import {
  AccountId,
  AlertId,
  DeviceId,
  FindingId,
  GatewayId,
  HomeId,
  JurisdictionId,
  PersonId,
  ResidentId,
  TokenId,
  VisitId,
} from '../../contracts/ids.ts'
import type { NewQuarantineItem } from '../../contracts/quarantine.ts'
import type {
  Account,
  ApiToken,
  Device,
  Gateway,
  Home,
  Jurisdiction,
  Resident,
} from '../../contracts/registry.ts'
import type { Visit } from '../../contracts/visit.ts'
import type { AlertFilter } from '../../store/state/alerts.ts'
import type { Page, PageRequest } from '../../store/state/lists.ts'

/** Whole records by their id, with what a test cares about put in. */
export const jurisdiction = (id: string, over: Partial<Jurisdiction> = {}): Jurisdiction => ({
  id: JurisdictionId.parse(id),
  parentId: null,
  level: 'community',
  name: `community ${id}`,
  ...over,
})
export const home = (id: string, over: Partial<Home> = {}): Home => ({
  id: HomeId.parse(id),
  jurisdictionId: JurisdictionId.parse('east'),
  zone: 'Asia/Shanghai',
  createdAt: 1_000,
  archivedAt: null,
  ...over,
})
export const resident = (id: string, over: Partial<Resident> = {}): Resident => ({
  id: ResidentId.parse(id),
  homeId: HomeId.parse('h1'),
  name: '王秀英',
  birthYear: 1941,
  phone: '13800001111',
  door: '3-201',
  address: '安远路 12 弄',
  living: 'alone',
  notes: '',
  contacts: [{ name: '李明', relation: 'son', phone: '13900002222', holdsKey: true }],
  needs: { hearing: true, vision: false, mobility: false, dialect: '吴语' },
  accessNotes: '门禁 2580#',
  place: { latitude: 31.2, longitude: 121.4 },
  ...over,
})
export const device = (id: string, over: Partial<Device> = {}): Device => ({
  id: DeviceId.parse(id),
  kind: 'water',
  model: 'LXS-15',
  gatewayId: null,
  sourceId: null,
  cadenceS: 3_600,
  enabled: true,
  createdAt: 1_000,
  ...over,
})
export const gateway = (id: string, over: Partial<Gateway> = {}): Gateway => ({
  id: GatewayId.parse(id),
  jurisdictionId: JurisdictionId.parse('east'),
  name: `gateway ${id}`,
  topics: ['zigbee2mqtt/#'],
  enabled: true,
  createdAt: 1_000,
  ...over,
})
export const alert = (id: string, over: Partial<Alert> = {}): Alert => ({
  id: AlertId.parse(id),
  homeId: HomeId.parse('h1'),
  jurisdictionId: JurisdictionId.parse('east'),
  family: 'inactivity',
  kind: 'inactivity.water_volume',
  severity: 'P2',
  state: 'open',
  deviceId: null,
  findings: [FindingId.parse(`f-${id}`)],
  since: 1_000,
  openedAt: 2_000,
  updatedAt: 2_000,
  acknowledgedAt: null,
  acknowledgedBy: null,
  recoveredAt: null,
  resolvedAt: null,
  resolvedBy: null,
  quietUntil: null,
  waitUntil: null,
  mergedInto: null,
  members: 0,
  suppressedBy: null,
  ladder: null,
  progressUntil: null,
  visitId: null,
  transferredTo: null,
  outcome: null,
  reviewedAt: null,
  reviewedBy: null,
  closedAt: null,
  closedBy: null,
  drill: false,
  count: 1,
  evidence: { data: { litres: 3 }, sentence: { zh: '12 小时用水 3 升', en: '3 L in 12 h' } },
  settingsVersion: 1,
  version: 1,
  decidedVersion: 1,
  ...over,
})
export const timelineEntry = (alertId: string, n: number): TimelineEntry => ({
  alertId: AlertId.parse(alertId),
  n,
  at: 2_000 + n,
  actor: 'system',
  event: n === 1 ? 'opened' : 'updated',
  from: n === 1 ? null : 'open',
  to: 'open',
  noteId: null,
  evidence: null,
})
export const visit = (id: string, over: Partial<Visit> = {}): Visit => ({
  id: VisitId.parse(id),
  alertId: AlertId.parse('a1'),
  homeId: HomeId.parse('h1'),
  jurisdictionId: JurisdictionId.parse('east'),
  kind: 'emergency',
  state: 'offered',
  crewSize: 1,
  crew: [],
  candidates: [],
  offers: [
    { personId: PersonId.parse('ding'), offeredAt: 1_000, expiresAt: 2_000, answer: null, answeredAt: null },
  ],
  distancesMetres: {},
  createdAt: 1_000,
  updatedAt: 1_000,
  acceptedAt: null,
  enRouteAt: null,
  onSceneAt: null,
  place: null,
  photoIds: [],
  outcome: null,
  noteId: null,
  submittedAt: null,
  submittedBy: null,
  closedAt: null,
  drill: false,
  version: 1,
  ...over,
})
export const finding = (id: string, over: Partial<Finding> = {}): Finding => ({
  id: FindingId.parse(id),
  homeId: HomeId.parse('h1'),
  kind: 'smoke.test',
  severity: 'P4',
  phase: 'raised',
  since: 1_000,
  raisedAt: 1_500,
  evidence: { data: {}, sentence: { zh: '测试', en: 'test' } },
  settingsVersion: 1,
  ...over,
})
export const account = (id: string, over: Partial<Account> = {}): Account => ({
  id: AccountId.parse(id),
  name: `name of ${id}`,
  grants: [{ role: 'case_worker', jurisdictionId: JurisdictionId.parse('east') }],
  language: 'zh',
  enabled: true,
  createdAt: 1_000,
  ...over,
})
export const token = (id: string, over: Partial<ApiToken> = {}): ApiToken => ({
  id: TokenId.parse(id),
  name: `token ${id}`,
  grants: [],
  createdBy: AccountId.parse('a1'),
  createdAt: 1_000,
  expiresAt: null,
  lastUsedAt: null,
  ...over,
})
export const within = (items: number) => ({ items, itemsPerSource: 1_000, payloadBytes: 100_000_000 })
export const refusedMessage = (over: Partial<NewQuarantineItem> = {}): NewQuarantineItem => ({
  receivedAt: 1_000,
  principal: 'device:w1',
  sourceId: null,
  topic: 'devices/w1/readings',
  payload: 'eyJ4Ijox',
  sizeBytes: 6,
  code: 'malformed',
  message: 'no JSON',
  ...over,
})

export const anyAlert: AlertFilter = {
  scope: null,
  states: null,
  severities: null,
  kinds: null,
  homeId: null,
  from: null,
  to: null,
}
export const firstPage: PageRequest = { limit: 100, after: null }

/** Every item of a list, page by page; `between` runs after each page but the last. */
export async function allPages<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
  limit: number,
  between: (pages: number) => Promise<void> = async () => {},
): Promise<T[]> {
  const items: T[] = []
  let after: string | null = null
  for (let pages = 1; ; pages += 1) {
    const page: Page<T> = await list({ limit, after })
    if (page.items.length > limit) throw new Error('a page is longer than was asked for')
    items.push(...page.items)
    if (page.next === null) return items
    after = page.next
    await between(pages)
  }
}

export const person = (id: string, over: Partial<Person> = {}): Person => ({
  id: PersonId.parse(id),
  accountId: null,
  jurisdictionId: JurisdictionId.parse('east'),
  kind: 'staff',
  name: `person ${id}`,
  phone: '100 0000 0000',
  language: 'zh',
  addresses: [],
  skills: [],
  pairedWith: [],
  holdsKeyOf: [],
  place: null,
  enabled: true,
  createdAt: 1_000,
  ...over,
})

export const roster = (place: string, version: number, over: Partial<Roster> = {}): Roster => ({
  jurisdictionId: JurisdictionId.parse(place),
  version,
  zone: 'Asia/Shanghai',
  from: '2026-01-01',
  to: '2026-12-31',
  shifts: [
    {
      name: 'day and night',
      startMinute: 480,
      durationMinutes: 1_440,
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      crews: [{ primary: PersonId.parse('p1'), backup: null }],
      turnDays: 1,
      turnsFrom: '2026-01-01',
    },
  ],
  overrides: [],
  publishedAt: 1_000,
  ...over,
})

export const dutyPage = (key: string, over: Partial<DutyPage> = {}): DutyPage => ({
  key,
  purpose: 'alert',
  alertId: AlertId.parse('a1'),
  homeId: null,
  jurisdictionId: JurisdictionId.parse('east'),
  recipient: 'person:p1',
  severity: 'P2',
  step: 0,
  dueAt: 1_000,
  createdAt: 1_000,
  state: 'queued',
  channelId: null,
  sentAt: null,
  reason: null,
  drill: false,
  ...over,
})
