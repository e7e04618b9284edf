import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Alert, AlertState, OVER_STATES } from '../../contracts/alert.ts'
import { AlertCommand } from '../../contracts/command.ts'
import { PersonId } from '../../contracts/ids.ts'
import type { CandidateFacts } from '../../dispatch/candidates.ts'
import { TRANSITIONS } from '../../dispatch/states.ts'
import { anAlert, BENIGN, caseOf, T0 } from './case.ts'

const DING: CandidateFacts = {
  person: {
    id: PersonId.parse('ding'),
    name: '丁',
    kind: 'visitor',
    skills: [],
    pairedWith: [],
    holdsKeyOf: [],
    place: null,
    enabled: true,
  },
  visitsToday: 0,
  isBusy: false,
  isTired: false,
}

type CommandType = AlertCommand['type']
const COMMANDS = Object.keys(TRANSITIONS) as CommandType[]
/** Whom one calls back must have been sent: that has its own story. */
const ACTS = COMMANDS.filter((command) => command !== 'recall')

/** As it stands in docs/lifecycle.md. */
const tableOf = (): string => {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(['', ...COMMANDS]),
    row(['---', ...COMMANDS.map(() => '---')]),
    ...AlertState.options.map((state) =>
      row([`**${state}**`, ...COMMANDS.map((command) => TRANSITIONS[command][state] ?? '·')]),
    ),
  ].join('\n')
}

const cells = AlertState.options.flatMap((state) => ACTS.map((command) => [command, state] as const))

describe('the table of the lifecycle', () => {
  it('knows every command', () => {
    const types = AlertCommand.options.map((option) => option.shape.type.value)
    expect([...COMMANDS].sort()).toEqual([...types].sort())
  })

  it('is the one in the documentation', () => {
    const text = readFileSync(new URL('../../docs/lifecycle.md', import.meta.url), 'utf8')
    expect(text).toContain(tableOf())
  })

  it.each(cells)(
    '%s while %s does what the table says, or is refused and changes nothing',
    (command, state) => {
      const story = caseOf([alertIn(state)], { candidates: [DING] })
      const result = story.act(command, 'alert-1', T0)
      const target = TRANSITIONS[command][state]
      if (target !== undefined) {
        expect(result.refused).toBeNull()
        expect(story.alert('alert-1').state).toBe(target)
        return
      }
      const over = OVER_STATES.includes(state) && command !== 'review' && command !== 'close'
      expect(result.refused?.code).toBe(over ? 'already_resolved' : 'illegal_transition')
      expect([result.alerts, result.timeline, result.visits]).toEqual([[], [], []])
    },
  )

  it.each(cells)('%s while %s is refused when the alert has moved on', (command, state) => {
    const story = caseOf([alertIn(state)])
    const { refused, alerts } = story.act(command, 'alert-1', T0, { expectedVersion: 3 })
    expect([refused?.code, alerts]).toEqual(['version_conflict', []])
  })
})

function alertIn(state: AlertState): Alert {
  const over = OVER_STATES.includes(state)
  return anAlert({
    state,
    ...(state === 'shelved' ? { waitUntil: T0 + 1 } : {}),
    ...(over ? { resolvedAt: T0, resolvedBy: 'account:li', outcome: BENIGN } : {}),
  })
}
