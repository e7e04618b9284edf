import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchBroker, brokerAlone, mosquittoTarget, programTarget } from './broker.ts'
import { benchDuty } from './duty.ts'
import { benchHomeStates } from './home-states.ts'
import { benchLatency } from './latency.ts'
import { benchRules } from './rules.ts'
import { benchTrial } from './trial.ts'

const USAGE = `usage: npm run bench -- [broker | latency | rules | states | trial | duty]

Every figure beside a named peer of the same run; without a name, all of them.
`
const print = (line: string) => process.stdout.write(`${line}\n`)
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' } },
})
if (values.help) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const which = positionals[0]

if (which === undefined || which === 'broker') {
  const mosquitto = await mosquittoTarget()
  const whole = programTarget(
    'shouwang: the same, with rules and series',
    join(import.meta.dirname, 'whole-service.ts'),
  )
  await benchBroker([...(mosquitto ? [mosquitto] : []), brokerAlone, whole], print)
}
if (which === undefined || which === 'latency') await benchLatency(print)
if (which === undefined || which === 'rules') benchRules(print)
if (which === undefined || which === 'states') await benchHomeStates(print)
if (which === undefined || which === 'trial') await benchTrial(print)
if (which === undefined || which === 'duty') await benchDuty(print)
process.exit(0)
