import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import type { Consent } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { useConsents } from './queries.ts'

/** Who agreed that what stands here, each to be taken back at any time. */
export const ConsentCard = ({ homeId, zone }: { homeId: string; zone: string }) => {
  const { t } = useTranslation()
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const queries = useQueryClient()
  const devicesChanged = useDevicesChanged()
  const consents = useConsents(homeId)
  const withdraw = useMutation({
    mutationFn: ({ id }: Consent) =>
      answer(
        client.POST('/api/v1/homes/{id}/consents/{consentId}/withdraw', {
          params: { path: { id: homeId, consentId: id } },
        }),
      ),
    onSuccess: () => {
      devicesChanged()
      void queries.invalidateQueries({ queryKey: ['consents'] })
    },
    onError: (error) => void message.error(errorText(error)),
  })
  if (consents.data === undefined || consents.data.length === 0) return null
  const ask = (consent: Consent) =>
    void modal.confirm({
      title: t('consent.withdrawTitle', { kind: t(`deviceKind.${consent.deviceKind}`) }),
      content: t('consent.withdrawExplain'),
      okText: t('consent.withdraw'),
      cancelText: t('action.cancel'),
      okButtonProps: { danger: true },
      onOk: () => withdraw.mutateAsync(consent).catch(() => undefined),
    })
  return (
    <section className="card">
      <h2>{t('consent.title')}</h2>
      <ul className="plain-list">
        {consents.data.map((consent) => (
          <li key={consent.id}>
            <b>{t(`deviceKind.${consent.deviceKind}`)}</b> {t(`consent.by.${consent.givenBy}`)} ·{' '}
            {consent.purposes.map((purpose) => t(`consent.purpose.${purpose}`)).join('、')} ·{' '}
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
    </section>
  )
}
