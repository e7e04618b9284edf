import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { useErrorText } from '../locale/ErrorNote.tsx'

/** One try to one address, and what became of it. */
export const TrySend = ({
  channelId,
  address,
  language,
}: {
  channelId: string
  address: string
  language: 'zh' | 'en'
}) => {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const send = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/v1/channels/{id}/test', {
          params: { path: { id: channelId } },
          body: { address, language },
        }),
      ),
  })
  const { data, error } = send
  return (
    <span className="try-send">
      {data?.sent === true && (
        <span className="is-good">
          <CheckCircleOutlined aria-hidden /> {t('channel.tested')}
        </span>
      )}
      {(data?.sent === false || error !== null) && (
        <span className="is-bad">
          <WarningOutlined aria-hidden />{' '}
          {t('channel.notSent', { reason: error === null ? data?.reason : errorText(error) })}
        </span>
      )}
      <Button loading={send.isPending} onClick={() => send.mutate()}>
        {t('channel.test')}
      </Button>
    </span>
  )
}
