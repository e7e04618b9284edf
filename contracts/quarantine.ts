import { z } from 'zod'

/** A message, or a part of one, that could not be taken: kept with its reason so that somebody can look at it. */
export const QuarantineItem = z.strictObject({
  id: z.int(),
  receivedAt: z.int(),
  /** `device:{id}` or `gateway:{id}` */
  principal: z.string(),
  sourceId: z.string().nullable(),
  topic: z.string(),
  /** First bytes of the payload, at most 4 KB, base64. */
  payload: z.string(),
  sizeBytes: z.int(),
  code: z.string(),
  message: z.string(),
})
export type QuarantineItem = z.infer<typeof QuarantineItem>
