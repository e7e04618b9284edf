import type { Decoder } from '../decoder.ts'
import { native } from './native.ts'

/** Every family, in the order in which they are asked; each is one line. */
export const decoders: readonly Decoder[] = [native]
