import { z } from 'zod'
import { Grant } from '../../contracts/registry.ts'
import { Time } from './common.ts'

export const Language = z.enum(['zh', 'en'])
export const Password = z.string().min(10).max(200)

export const SignIn = z
  .union([
    z.strictObject({ link: z.string().min(1).max(200) }),
    z.strictObject({ name: z.string().min(1).max(60), password: z.string().min(1).max(200) }),
  ])
  .meta({ id: 'SignIn', description: 'The secret of a sign-in link (single use), or name and password.' })

export const ClockNow = z
  .strictObject({
    civilNow: Time,
    civilFactor: z.number().positive().describe('Civil seconds in a wall second; 1 in the real service.'),
    zone: z.string(),
  })
  .meta({ id: 'ClockNow' })

export const Me = z
  .strictObject({
    account: z.strictObject({
      id: z.string(),
      name: z.string(),
      grants: z.array(Grant),
      language: Language,
    }),
    ...ClockNow.shape,
    mode: z.enum(['service', 'demo']),
  })
  .meta({ id: 'Me' })
