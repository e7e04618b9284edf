import { useTranslation } from 'react-i18next'
import { useHomeSettings } from '../api/home-queries.ts'
import type { Proposal } from '../api/types.ts'
import { useCivilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'

type Change = Proposal['change']

const Settings = ({
  homeId,
  change,
  isOpen,
}: {
  homeId: string
  change: Extract<Change, { type: 'home_settings' }>
  isOpen: boolean
}) => {
  const { t } = useTranslation()
  const own = useHomeSettings(homeId).data
  const said = (key: 'budgetPer30Days' | 'capHours', value: number | null | undefined) =>
    value == null ? t('circumstance.asAll') : `${value} ${t(`settingUnit.${key}`)}`
  return (
    <dl className="proposal-change">
      {(['budgetPer30Days', 'capHours'] as const).map((key) => (
        <div key={key}>
          <dt>{t(`proposal.setting.${key}`)}</dt>
          <dd>
            {/* What was decided already holds, or never will: only an open question has a before. */}
            {isOpen && own !== undefined && <span className="soft">{said(key, own[key])} → </span>}
            <b>{said(key, change[key])}</b>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** What would be changed for the home, and for no other. */
export const ChangeWords = ({ proposal }: { proposal: Proposal }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const now = useCivilNow(60_000)
  const { change } = proposal
  const at = (text: string) => formatInstant(Date.parse(text), now, zone, language)
  switch (change.type) {
    case 'home_settings':
      return <Settings homeId={proposal.homeId} change={change} isOpen={proposal.state === 'pending'} />
    case 'sensitivity':
      return (
        <p className="proposal-said">
          {t('proposal.sensitivity', {
            factor: change.factor,
            reason: t(`circumstance.reasons.${change.reason}`),
            from: at(change.from),
            to: at(change.to),
          })}
        </p>
      )
    case 'away':
      return (
        <p className="proposal-said">{t('proposal.away', { from: at(change.from), to: at(change.to) })}</p>
      )
    case 'technician':
      return (
        <p className="proposal-said">
          {t(change.deviceId === null ? 'proposal.technician' : 'proposal.technicianOf', {
            device: change.deviceId,
          })}
        </p>
      )
  }
}
