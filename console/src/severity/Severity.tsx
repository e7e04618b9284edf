import { useTranslation } from 'react-i18next'
import type { Severity } from '../api/types.ts'
import { severityPath } from './shapes.ts'

const hasMark = (severity: Severity) => severity === 'P1' || severity === 'P2'

/** The shape alone, where the word stands next to it or in its label. */
export const SeverityShape = ({ severity, size = 20 }: { severity: Severity; size?: number }) => (
  <svg
    className={`severity-shape severity-${severity}`}
    width={size}
    height={size}
    viewBox="0 0 16 16"
    aria-hidden="true"
  >
    <path d={severityPath[severity]} fill="currentColor" />
    {hasMark(severity) && (
      <path
        d={severity === 'P1' ? 'M8 4v5M8 11.2v1' : 'M8 6v4M8 12v.7'}
        stroke="var(--surface)"
        strokeWidth="1.7"
        strokeLinecap="round"
      />
    )}
  </svg>
)

/** Shape, code and word: never colour alone. */
export const SeverityLabel = ({ severity, size }: { severity: Severity; size?: number }) => {
  const { t } = useTranslation()
  return (
    <span className={`severity severity-${severity}`}>
      <SeverityShape severity={severity} {...(size === undefined ? {} : { size })} />
      <span className="severity-word">
        {severity} {t(`severity.${severity}`)}
      </span>
    </span>
  )
}
