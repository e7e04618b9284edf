import { z } from 'zod'

/** A message, or a part of one, that could not be taken: kept with its reason so that somebody can look at it. */
export const QuarantineItem = z.strictObject({
  id: z.int(),
  receivedAt: z.int(),
  /** `device:{id}` or `gateway:{id}` */
  principal: z.string(),
  sourceId: z.string().nullable(),
  topic: z.string(),
  /** The payload, base64: whole where it may be decoded later (see `DECODED_LATER`), otherwise its first 4 KB. */
  payload: z.string(),
  sizeBytes: z.int(),
  code: z.string(),
  message: z.string(),
  /** When it was decoded after all, because its device was registered or mapped; null: it waits. */
  decodedAt: z.int().nullable(),
})
export type QuarantineItem = z.infer<typeof QuarantineItem>
export type NewQuarantineItem = Omit<QuarantineItem, 'id' | 'decodedAt'>

/** What only the registration lacks: kept whole, up to 256 KB, and decoded once it is there. */
export const DECODED_LATER = ['needs_mapping', 'unregistered_device'] as const
export const isDecodedLater = (code: string): boolean => DECODED_LATER.some((known) => known === code)
