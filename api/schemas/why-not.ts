import { z } from 'zod'
import * as contract from '../../contracts/why-not.ts'
import { Time } from './common.ts'

const WhyNot = contract.WhyNot.extend({
  at: Time.nullable(),
  data: z.record(z.string(), z.unknown()),
}).meta({
  id: 'WhyNot',
  description: 'Why a rule says nothing now. `at`: since when it speaks, or when it would.',
})
const AtBest = z.strictObject(contract.AtBest.shape).meta({
  id: 'AtBest',
  description: 'How soon somebody who does not act any more can be noticed, from how the meter reports.',
})
const Learning = z.strictObject(contract.Learning.shape).meta({ id: 'Learning' })

export const WhyNotQuery = z.strictObject({
  at: Time.optional().describe('Default: now. A past instant is lived through again from the kept readings.'),
})
export const Outlook = z
  .strictObject({
    at: Time,
    replayed: z.boolean().describe('True: answered from the kept readings, not from what is remembered.'),
    rules: z.array(WhyNot),
    atBest: AtBest.nullable(),
    learning: Learning.nullable(),
  })
  .meta({ id: 'Outlook' })
