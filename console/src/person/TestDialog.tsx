import { useTranslation } from 'react-i18next'
import { useChannels } from '../api/duty-queries.ts'
import type { Person } from '../api/types.ts'
import { TrySend } from '../channel/TrySend.tsx'
import { Dialog } from '../dialog/Dialog.tsx'

/** Each way to somebody, tried now and by itself: what became of it stands beside it. */
export const TestDialog = ({ person, onClose }: { person: Person; onClose: () => void }) => {
  const { t } = useTranslation()
  const channels = useChannels().data
  return (
    <Dialog title={t('person.testTitle', { name: person.name })} footer={null} onCancel={onClose}>
      <p className="soft">{t('person.testExplain')}</p>
      <ol className="try-list">
        {person.addresses.map(({ channelId, address }) => {
          const channel = channels?.find(({ id }) => id === channelId)
          return (
            <li key={`${channelId} ${address}`}>
              <span>
                <b>{channel?.name ?? channelId}</b>{' '}
                <span className="soft">{channel?.kind === 'webpush' ? t('person.browser') : address}</span>
              </span>
              <TrySend channelId={channelId} address={address} language={person.language} />
            </li>
          )
        })}
      </ol>
    </Dialog>
  )
}
