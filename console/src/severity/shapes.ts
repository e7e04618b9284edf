import type { Severity } from '../api/types.ts'

/** Each severity has its own outline in a 16 × 16 box, the same in lists, on canvases and in charts. */
export const severityPath: Record<Severity, string> = {
  P1: 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z',
  P2: 'M8 1.2 15.4 14.6H.6z',
  P3: 'M8 .9 15.1 8 8 15.1.9 8z',
  P4: 'M8 3.4a4.6 4.6 0 1 1 0 9.2 4.6 4.6 0 0 1 0-9.2z',
}

export const SEVERITIES: readonly Severity[] = ['P1', 'P2', 'P3', 'P4']
