import { Tag } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertView } from '../api/types.ts'
import { Since } from '../clock/Times.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { SeverityShape } from '../severity/Severity.tsx'

export const StateWord = ({ state }: { state: AlertView['state'] }) => {
  const { t } = useTranslation()
  return <span className={`state-word is-${state}`}>{t(`state.${state}`)}</span>
}

/** Nobody may take a drill for an emergency, or an emergency for a drill. */
export const DrillMark = ({ alert }: { alert: Pick<AlertView, 'drill'> }) => {
  const { t } = useTranslation()
  return alert.drill ? <Tag color="blue">{t('queue.drill')}</Tag> : null
}

/** Whom it is about: a person, or the place itself. */
export const useAlertName = ({ who, homeId, jurisdictionPath }: AlertView): string => {
  const { t } = useTranslation()
  return who?.name ?? (homeId === null ? jurisdictionPath.at(-1) : null) ?? t('who.unknown')
}

export const AlertRow = ({
  alert,
  isSelected,
  isFresh,
  onSelect,
}: {
  alert: AlertView
  isSelected: boolean
  isFresh: boolean
  onSelect: () => void
}) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const row = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isSelected) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isSelected])
  const { who, severity } = alert
  const name = useAlertName(alert)
  const place =
    who === null ? alert.jurisdictionPath.at(alert.homeId === null ? -2 : -1) : `${who.compound} ${who.door}`
  return (
    <button
      ref={row}
      type="button"
      className={`alert-row severity-${severity} is-${alert.state}${isFresh ? ' is-fresh' : ''}`}
      aria-current={isSelected}
      onClick={onSelect}
    >
      <span className="alert-row-mark">
        <SeverityShape severity={severity} size={24} />
        <span>{severity}</span>
      </span>
      <span className="alert-row-body">
        <span className="alert-row-head">
          <span>
            <DrillMark alert={alert} />
            <b>{name}</b>
            {who?.age != null && <span className="age">{t('who.age', { count: who.age })}</span>}
            <span className="place">{place}</span>
          </span>
          <StateWord state={alert.state} />
        </span>
        <span className="alert-row-why">{alert.evidence.sentence[language]}</span>
        <span className="alert-row-foot">
          <span>{t(`kind.${alert.kind}`)}</span>
          {alert.members > 0 && <span>{t('queue.members', { count: alert.members })}</span>}
          <Since at={alert.since} until={alert.resolvedAt ?? alert.recoveredAt} zone={zone} />
        </span>
      </span>
    </button>
  )
}
