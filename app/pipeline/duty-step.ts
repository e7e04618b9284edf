import type { Page } from '../../contracts/duty.ts'
import type { ChannelState, ClockState } from '../../contracts/duty-change.ts'
import type { Evidence, FindingKind } from '../../contracts/finding.ts'
import { FindingId, type JurisdictionId, PersonId } from '../../contracts/ids.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { NodeFinding } from '../../contracts/neighbourhood.ts'
import type { RuleSettings } from '../../contracts/settings.ts'
import { type EpochMs, MINUTE_MS } from '../../contracts/time.ts'
import { clockTime, dayOf } from '../../dispatch/civil-time.ts'
import {
  type DutyFinding,
  stepWatch,
  type WatchContext,
  type WatchEvent,
  type WatchResult,
} from '../../dispatch/watch.ts'
import type { StateTables } from '../../store/state.ts'
import { catchingUpMs } from '../clock.ts'
import type { Duty } from '../duty/duty.ts'
import { keepPage } from './case-step.ts'
import type { NodeSteps, NotedFault } from './node-step.ts'

/**
 * Takes the duty of a node through its watch, in the same transaction as the cases. What is wrong with it becomes an
 * alert of the place a level up, with a ladder of its own: one for each place and kind, however much is wrong.
 */
export class DutySteps {
  readonly #duty: Duty
  readonly #nodes: NodeSteps
  /** Nodes on whose watch dispatch broke. */
  readonly #broken = new Set<JurisdictionId>()

  constructor(duty: Duty, nodes: NodeSteps) {
    this.#duty = duty
    this.#nodes = nodes
  }

  async take(
    tables: StateTables,
    nodeId: JurisdictionId,
    event: WatchEvent,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const context = await this.#duty.watchContext(tables, nodeId)
    const { watch, pages, findings, deadline } = this.#watch(nodeId, event, now, context)
    this.#duty.keepWatch(watch, deadline)
    for (const page of pages) await keepPage(tables, page, this.#duty)
    const events: KeptLiveEvent[] = []
    for (const finding of findings)
      events.push(...(await this.#conclude(tables, nodeId, findingOf(finding, now, settings), now, settings)))
    return [...events, ...(await this.settle(tables, now, settings))]
  }

  /** A fault in the watch of one node must not cost the others their alarms: its duty is looked at again a minute later. */
  #watch(nodeId: JurisdictionId, event: WatchEvent, now: EpochMs, context: WatchContext): WatchResult {
    const before = this.#duty.watchOf(nodeId)
    const subject = `watch/${nodeId}` as const
    try {
      const result = stepWatch(before, event, now, context)
      if (result.deadline !== null && result.deadline <= now)
        throw new Error('the watch asked to be called in the past')
      if (this.#broken.delete(nodeId)) this.#nodes.noteFault({ subject, nodeId, fault: null })
      return result
    } catch (error) {
      this.#broken.add(nodeId)
      this.#nodes.noteFault({ subject, nodeId, fault: { error, severity: 'P2' } }, `watch_${event.type}`)
      return { watch: before, pages: [], findings: [], deadline: now + MINUTE_MS }
    }
  }

  /** What became of a page: a test is answered, or somebody proves not to be there. */
  async page(
    tables: StateTables,
    page: Page,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const { key, state, jurisdictionId, recipient } = page
    const [kind, id] = recipient.split(':')
    if (kind !== 'person' || id === undefined) return []
    if (state === 'failed') {
      const failed = { type: 'failed', personId: PersonId.parse(id) } as const
      return this.take(tables, jurisdictionId, failed, now, settings)
    }
    if (page.purpose !== 'test') return []
    const type = state === 'answered' ? 'answered' : 'sent'
    return this.take(tables, jurisdictionId, { type, key }, now, settings)
  }

  async channel(
    tables: StateTables,
    { channelId, jurisdictionId, failing, reason }: ChannelState,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const finding = placeFinding('duty.channel', `duty.channel/${channelId}`, failing, now, now, settings, {
      data: { channelId, reason },
      sentence: failing
        ? { zh: '通知渠道发不出去，请检查', en: 'A channel cannot deliver: look after it' }
        : { zh: '通知渠道已恢复', en: 'The channel works again' },
    })
    const events = await this.#conclude(tables, jurisdictionId, finding, now, settings)
    return [...events, ...(await this.settle(tables, now, settings))]
  }

  /** Told to whoever answers for the whole installation: it bears on every home. */
  async clock(
    tables: StateTables,
    { aheadMs }: ClockState,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const evidence = clockEvidence(aheadMs, now, this.#duty.zone)
    return this.#everywhere(tables, now, settings, () =>
      placeFinding('duty.clock', 'duty.clock', aheadMs > 0, now, now, settings, evidence),
    )
  }

  /** A finding about the service itself, at the top of every district. */
  async #everywhere(
    tables: StateTables,
    now: EpochMs,
    settings: RuleSettings,
    findingAt: (nodeId: JurisdictionId) => Omit<NodeFinding, 'jurisdictionId'>,
  ): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const { id, parentId } of await tables.jurisdictions.all())
      if (parentId === null) events.push(...(await this.#conclude(tables, id, findingAt(id), now, settings)))
    return [...events, ...(await this.settle(tables, now, settings))]
  }

  /** Whatever ladders found nobody: until there is none left, because an alert about one may find the next. */
  async settle(tables: StateTables, now: EpochMs, settings: RuleSettings): Promise<KeptLiveEvent[]> {
    const events: KeptLiveEvent[] = []
    for (const nodeId of this.#nodes.takeGaps())
      events.push(...(await this.take(tables, nodeId, { type: 'gap' }, now, settings)))
    // To tell of a fault may break in its turn; told once, it is not told again.
    for (let faults = this.#nodes.takeFaults(); faults.length > 0; faults = this.#nodes.takeFaults())
      for (const noted of faults)
        for (const finding of faultFindings(noted, now, settings))
          events.push(...(await this.#nodes.found(tables, finding, now, settings)))
    return events
  }

  async #conclude(
    tables: StateTables,
    nodeId: JurisdictionId,
    finding: Omit<NodeFinding, 'jurisdictionId'>,
    now: EpochMs,
    settings: RuleSettings,
  ): Promise<KeptLiveEvent[]> {
    const [own, above] = await this.#duty.pathOf(tables, nodeId)
    const jurisdictionId = above?.id ?? own?.id ?? nodeId
    return this.#nodes.found(tables, { ...finding, jurisdictionId }, now, settings)
  }
}

function findingOf(
  { kind, phase, nodeId, personId, since }: DutyFinding,
  now: EpochMs,
  settings: RuleSettings,
): Omit<NodeFinding, 'jurisdictionId'> {
  const subject = personId === null ? nodeId : `${nodeId}/${personId}`
  const raised = phase === 'raised'
  const evidence = { data: { nodeId, personId }, sentence: WORDS[kind][phase] }
  return placeFinding(kind, `${kind}/${subject}`, raised, since, now, settings, evidence)
}

/** By night as by day: whoever should answer does not. */
function placeFinding(
  kind: FindingKind,
  id: string,
  raised: boolean,
  since: EpochMs,
  now: EpochMs,
  { version: settingsVersion }: RuleSettings,
  evidence: Evidence,
): Omit<NodeFinding, 'jurisdictionId'> {
  const phase = raised ? ({ phase: 'raised' } as const) : ({ phase: 'cleared', clearedAt: now } as const)
  return {
    id: FindingId.parse(id),
    kind,
    severity: 'P2',
    since,
    raisedAt: now,
    evidence,
    settingsVersion,
    ...phase,
  }
}

const WORDS: Record<DutyFinding['kind'], Record<DutyFinding['phase'], Evidence['sentence']>> = {
  'duty.gap': {
    raised: { zh: '无人值班，请立即安排', en: 'Nobody is on duty: put somebody on' },
    cleared: { zh: '已有人值班', en: 'Somebody is on duty again' },
  },
  'duty.unreachable': {
    raised: {
      zh: '值班员联系不上，由下一位顶班，请核实',
      en: 'Somebody on duty cannot be reached; the next in line stands in: find out why',
    },
    cleared: { zh: '值班员已可联系，或已交班', en: 'They can be reached again, or their shift is over' },
  },
}

/** Raised under the severity of what it keeps from being told, at the place itself: whoever is on duty there is nearest. */
function faultFindings(
  { subject, nodeId: jurisdictionId, fault }: NotedFault,
  now: EpochMs,
  settings: RuleSettings,
): NodeFinding[] {
  const evidence = { data: { subject }, sentence: FAULT_WORDS[fault === null ? 'cleared' : 'raised'] }
  const severities = fault === null ? (['P1', 'P2'] as const) : [fault.severity]
  return severities.map((severity) => {
    const id = `duty.fault/${subject}/${severity}`
    const finding = placeFinding('duty.fault', id, fault !== null, now, now, settings, evidence)
    return { ...finding, severity, jurisdictionId }
  })
}

const FAULT_WORDS: Record<DutyFinding['phase'], Evidence['sentence']> = {
  raised: {
    zh: '系统处理出错：有告警可能未按级通知，请在值班台逐条核对，并立即联系维护人员',
    en: 'A fault of the service: alerts may not be told as they should. Look through the desk, and call whoever maintains it',
  },
  cleared: { zh: '系统处理已恢复', en: 'The service decides again' },
}

/** How long it was put back, and what that means until when, in words for whoever has to look after the machine. */
function clockEvidence(aheadMs: number, now: EpochMs, zone: string): Evidence {
  if (aheadMs === 0)
    return { data: { aheadMs }, sentence: { zh: '时钟已恢复正常', en: 'The clock is right again' } }
  const agreesAt = now - aheadMs + catchingUpMs(aheadMs)
  const said = Math.ceil(agreesAt / MINUTE_MS) * MINUTE_MS
  const until = `${dayOf(zone, said)} ${clockTime(zone, said)}`
  const minutes = Math.round(aheadMs / MINUTE_MS)
  const long =
    minutes < 120
      ? { zh: `${minutes} 分钟`, en: `${minutes} min` }
      : { zh: `${Math.round(minutes / 60)} 小时`, en: `${Math.round(minutes / 60)} h` }
  return {
    data: { aheadMs, agreesAt },
    sentence: {
      zh: `服务器时钟被拨回 ${long.zh}：${until} 之前系统时间偏快，逐步靠拢，到时提醒最多慢一倍，值班按系统时间轮换；请立即核对时钟`,
      en: `The clock was put back by ${long.en}: until ${until} the service is ahead of it and runs at half pace, deadlines take up to twice as long, and shifts change by the service's time. Check the clock now`,
    },
  }
}
