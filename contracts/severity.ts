import { z } from 'zod'

/** P1 life at risk now · P2 abnormal inactivity, flood by night · P3 hazard or need that can wait · P4 information. */
export const Severity = z.enum(['P1', 'P2', 'P3', 'P4'])
export type Severity = z.infer<typeof Severity>

/** True when `a` is more urgent than `b`. */
export const moreSevere = (a: Severity, b: Severity): boolean => a < b
