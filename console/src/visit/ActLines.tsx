import { useTranslation } from 'react-i18next'
import { clockTime } from '../format/instant.ts'
import { useMe } from '../session/session.ts'
import type { KeptAct } from './kept.ts'

/** What was done on this visit from this phone, and whether the service has it. */
export const ActLines = ({ acts }: { acts: readonly KeptAct[] }) => {
  const { t, i18n } = useTranslation()
  const { zone } = useMe()
  const clock = (at: string) => clockTime(Date.parse(at), zone)
  if (acts.length === 0) return null
  return (
    <ul className="act-lines" aria-live="polite">
      {acts.map(({ actId, type, doneAt, state, receivedAt, code }) => (
        <li key={actId} className={`is-${state}`}>
          <b>
            {t(`visit.act.${type}`)} {clock(doneAt)}
          </b>
          <span>
            {state === 'kept' && t('visit.kept')}
            {state === 'received' && t('visit.received', { at: clock(receivedAt ?? doneAt) })}
            {state === 'refused' &&
              t('visit.refused', {
                why: i18n.exists(`error.${code}`) ? t(`error.${code}`) : t('error.internal'),
              })}
          </span>
        </li>
      ))}
    </ul>
  )
}
