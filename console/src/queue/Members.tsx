import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useMembers } from '../api/case-queries.ts'
import { useLanguage } from '../locale/i18n.ts'
import { SeverityShape } from '../severity/Severity.tsx'
import { StateWord } from './AlertRow.tsx'

/** The homes that an incident of the neighbourhood explains: each can be looked at, none of them rings. */
export const Members = ({ id, version }: { id: string; version: number }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const members = useMembers(id, version).data?.items ?? []
  return (
    <section className="panel-section">
      <h3>{t('queue.members', { count: members.length })}</h3>
      <ul className="members">
        {members.map((alert) => (
          <li key={alert.id}>
            <Link to={`/queue/${alert.id}`}>
              <SeverityShape severity={alert.severity} size={16} />
              <b>{alert.who?.name ?? t('who.unknown')}</b>
              <span className="soft">
                {alert.who?.compound} {alert.who?.door}
              </span>
              <span className="members-why">{alert.evidence.sentence[language]}</span>
              <StateWord state={alert.state} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
