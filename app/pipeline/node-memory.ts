import type { FindingKind, Json } from '../../contracts/finding.ts'
import type { AlertId, FindingId, JurisdictionId } from '../../contracts/ids.ts'
import { type EpochMs, earlier, MINUTE_MS } from '../../contracts/time.ts'
import { type NodeState, newNodeState, readNodeState } from '../../rules/neighbourhood.ts'
import type { StateTables } from '../../store/state.ts'
import type { Held } from './held-cases.ts'

/** An incident that holds: what it is, the finding behind it, and the alert under which it is dealt with. */
export interface Incident {
  findingId: FindingId
  kind: FindingKind
  alertId: AlertId
}

/** What is remembered of a place between two events. The incidents inhibit, so they are loaded with it. */
export interface NodeMemory {
  rules: NodeState
  rulesDueAt: EpochMs | null
  casesDueAt: EpochMs | null
  incidents: Incident[]
  /** Absent: dispatch has decided everything. */
  held?: Held
}

export interface NodeMemoryOptions {
  /** A memory could not be read, or the correlator broke on it: it begins anew. */
  onLostMemory(nodeId: JurisdictionId, error: unknown): void
}

const CACHED_NODES = 10_000

/** Kept parsed between batches, and written once a batch. */
export class NodeMemories {
  readonly #options: NodeMemoryOptions
  readonly #memories = new Map<JurisdictionId, NodeMemory>()
  readonly #touched = new Set<JurisdictionId>()

  constructor(options: NodeMemoryOptions) {
    this.#options = options
  }

  /** `zone`: for a place that is heard for the first time. */
  async of(tables: StateTables, nodeId: JurisdictionId, zone: string, now: EpochMs): Promise<NodeMemory> {
    const cached = this.#memories.get(nodeId)
    if (cached) return cached
    const stored = await tables.nodeMemories.get(nodeId)
    const memory = stored
      ? this.#read(nodeId, stored.rules, zone, now)
      : { rules: newNodeState(zone, now), rulesDueAt: null, casesDueAt: null, incidents: [] }
    this.#memories.set(nodeId, memory)
    return memory
  }

  /** Without what the rules remember: every event of every home asks. */
  async incidentsAt(tables: StateTables, nodeId: JurisdictionId): Promise<readonly Incident[]> {
    const cached = this.#memories.get(nodeId)
    if (cached) return cached.incidents
    const stored = await tables.nodeMemories.get(nodeId)
    return stored === null ? [] : (stored.rules as unknown as NodeMemory).incidents
  }

  keep(nodeId: JurisdictionId, memory: NodeMemory): void {
    this.#memories.set(nodeId, memory)
    this.#touched.add(nodeId)
  }

  async flush(tables: StateTables): Promise<void> {
    for (const nodeId of this.#touched) {
      const memory = this.#memories.get(nodeId)
      if (!memory) throw new Error(`place ${nodeId} was touched and is not in memory`)
      const dueAt = earlier(memory.rulesDueAt, memory.casesDueAt)
      await tables.nodeMemories.put({ nodeId, rules: memory as unknown as Json, dueAt })
    }
    this.#touched.clear()
    for (const nodeId of this.#memories.keys()) {
      if (this.#memories.size <= CACHED_NODES) break
      this.#memories.delete(nodeId)
    }
  }

  forget(): void {
    this.#memories.clear()
    this.#touched.clear()
  }

  #read(nodeId: JurisdictionId, json: Json, zone: string, now: EpochMs): NodeMemory {
    const memory = json as unknown as Omit<NodeMemory, 'rules'> & { rules: Json }
    try {
      return { ...memory, rules: readNodeState(memory.rules) }
    } catch (error) {
      this.#options.onLostMemory(nodeId, error)
      return { ...memory, rules: newNodeState(zone, now), rulesDueAt: now + MINUTE_MS }
    }
  }
}
