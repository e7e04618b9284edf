import { useTranslation } from 'react-i18next'
import { useGateways } from '../api/device-queries.ts'
import type { MappingSubject } from '../api/types.ts'

/** Whom a mapping is for. */
export const SubjectWords = ({ subject }: { subject: MappingSubject }) => {
  const { t } = useTranslation()
  const gateways = useGateways().data
  if (subject.type === 'device')
    return (
      <>
        <b>{t('mapping.ofOne')}</b> <code>{subject.deviceId}</code>
      </>
    )
  const { gatewayId, model } = subject
  const gateway = gateways?.find(({ id }) => id === gatewayId)?.name || gatewayId
  return (
    <>
      <b>{model}</b>{' '}
      <span className="soft">
        {gateway === null ? t('mapping.anyGateway') : t('mapping.behind', { gateway })}
      </span>
    </>
  )
}
