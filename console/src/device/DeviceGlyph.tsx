import type { DeviceKind } from '../api/types.ts'

const PATHS: Record<DeviceKind, string> = {
  water: 'M8 1.6c2.6 3.2 4.3 5.5 4.3 8a4.3 4.3 0 0 1-8.6 0c0-2.5 1.7-4.8 4.3-8z',
  electricity: 'M9.2 1.4 3.6 9.2h3.6l-.8 5.4 6-8.2H8.6z',
  smoke: 'M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zm0 3.6a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z',
  gateway: 'M2 9.4h12v4H2zM8 2v5M4.8 4.2 8 7.4l3.2-3.2',
  other: 'M3 3h10v10H3z',
}

export const DeviceGlyph = ({ kind, size = 18 }: { kind: DeviceKind; size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 16 16" className="device-glyph" aria-hidden="true">
    <path
      d={PATHS[kind]}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinejoin="round"
      strokeLinecap="round"
    />
  </svg>
)
