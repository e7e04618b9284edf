import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import type { Consent, DeviceKind } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { useQuestion } from '../dialog/question.ts'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { useHolds } from '../session/session.ts'
import { ConsentDialog } from './ConsentDialog.tsx'
import { useConsents } from './queries.ts'

/** Who agreed that what stands here, each to be taken back at any time; and what nobody agreed to. */
export const ConsentCard = ({ homeId, zone }: { homeId: string; zone: string }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const question = useQuestion()
  const errorText = useErrorText()
  const devicesChanged = useDevicesChanged()
  const consents = useConsents(homeId)
  const administers = useHolds('administrator')
  const [recording, record] = useState<DeviceKind | null>(null)
  const withdraw = useMutation({
    mutationFn: ({ id }: Consent) =>
      answer(
        client.POST('/api/v1/homes/{id}/consents/{consentId}/withdraw', {
          params: { path: { id: homeId, consentId: id } },
        }),
      ),
    onSuccess: devicesChanged,
    onError: (error) => void message.error(errorText(error)),
  })
  if (consents.data === undefined) return null
  const { items, awaiting, without } = consents.data
  if (items.length + awaiting.length + without.length === 0 && !administers) return null
  const ask = (consent: Consent) =>
    question({
      title: t('consent.withdrawTitle', { kind: t(`deviceKind.${consent.deviceKind}`) }),
      content: t('consent.withdrawExplain'),
      okText: t('consent.withdraw'),
      danger: true,
      onOk: () => withdraw.mutateAsync(consent),
    })
  const missing = without[0] ?? awaiting[0]?.deviceKind ?? 'water'
  return (
    <section className="card">
      <h2>{t('consent.title')}</h2>
      {items.length === 0 && <p className="soft">{t('consent.none')}</p>}
      <ul className="plain-list">
        {without.map((kind) => (
          <li key={kind} className="is-bad">
            <b>{t(`deviceKind.${kind}`)}</b> {t('consent.standsWithout')}
          </li>
        ))}
        {awaiting.map(({ deviceId, deviceKind }) => (
          <li key={deviceId} className="is-bad">
            <b>{t(`deviceKind.${deviceKind}`)}</b> <code>{deviceId}</code> {t('consent.awaits')}
          </li>
        ))}
        {items.map((consent) => (
          <li key={consent.id}>
            <b>{t(`deviceKind.${consent.deviceKind}`)}</b> {t(`consent.by.${consent.givenBy}`)} ·{' '}
            {t(`consent.form.${consent.form}`)} ·{' '}
            {consent.purposes.map((purpose) => t(`consent.purpose.${purpose}`)).join(t('person.and'))} ·{' '}
            <Ago at={consent.givenAt} zone={zone} exact />{' '}
            {consent.withdrawnAt === null ? (
              <Button type="link" onClick={() => ask(consent)}>
                {t('consent.withdraw')}…
              </Button>
            ) : (
              <span className="soft">
                {t('consent.withdrawn')} <Ago at={consent.withdrawnAt} zone={zone} exact />
              </span>
            )}
          </li>
        ))}
      </ul>
      {administers && <Button onClick={() => record(missing)}>{t('consent.record')}…</Button>}
      {recording !== null && (
        <ConsentDialog homeId={homeId} zone={zone} kind={recording} onClose={() => record(null)} />
      )}
    </section>
  )
}
