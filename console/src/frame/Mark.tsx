/** The mark of the service: a few days of a life, and one point that wants looking at. */
export const Mark = ({ size = 28 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="mark">
    <rect width="32" height="32" rx="7" fill="#12545c" />
    <g fill="#ffffff">
      <rect x="6" y="8" width="3" height="4" rx="1" opacity=".45" />
      <rect x="11" y="8" width="7" height="4" rx="1" />
      <rect x="21" y="8" width="5" height="4" rx="1" opacity=".7" />
      <rect x="6" y="14" width="5" height="4" rx="1" opacity=".7" />
      <rect x="14" y="14" width="4" height="4" rx="1" opacity=".45" />
      <rect x="20" y="14" width="6" height="4" rx="1" />
      <rect x="6" y="20" width="8" height="4" rx="1" />
      <circle cx="21.5" cy="22" r="3" fill="#ffb454" />
    </g>
  </svg>
)
