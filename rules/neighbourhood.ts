import type { StepResult } from '../contracts/home.ts'
import type { NodeContext, NodeEvent, NodeFinding } from '../contracts/neighbourhood.ts'
import { type EpochMs, earlier } from '../contracts/time.ts'
import { forgetPauseOf, settleQuiet, takeWater } from './neighbourhood-quiet.ts'
import { settleSilent, takeHeard, takeSilent } from './neighbourhood-silent.ts'
import type { NodeState, NodeTurn } from './node-state.ts'

export { type NodeState, newNodeState, readNodeState } from './node-state.ts'

/**
 * What the homes of one place say together: a supply cut, or a network fault. The one rule that looks beyond a home;
 * pure, and whole for each place by itself, so that places can be dealt out to as many machines as there are.
 */
export function step(
  state: NodeState,
  event: NodeEvent,
  now: EpochMs,
  context: NodeContext,
): Omit<StepResult<NodeState>, 'findings'> & { findings: NodeFinding[] } {
  const turn: NodeTurn = { node: state, now, context, findings: [] }
  take(turn, event)
  const deadline = earlier(settleQuiet(turn), settleSilent(turn))
  return { state: turn.node, findings: turn.findings, deadline }
}

function take(turn: NodeTurn, event: NodeEvent): void {
  switch (event.type) {
    case 'water':
      takeWater(turn, event)
      return
    case 'silent':
      takeSilent(turn, event)
      return
    case 'heard':
      takeHeard(turn, (device) => device.homeId === event.homeId && device.deviceId === event.deviceId)
      return
    case 'left':
      takeHeard(turn, (device) => device.homeId === event.homeId)
      forgetPauseOf(turn, event.homeId)
      return
    case 'deadline':
      return
  }
}
