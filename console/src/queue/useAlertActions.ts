import { useMutation } from '@tanstack/react-query'
import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError, answer, client } from '../api/client.ts'
import type { AlertView } from '../api/types.ts'
import { useLive } from '../live/live.tsx'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { useAlertName } from './AlertRow.tsx'

export type ActionName = 'acknowledge' | 'resolve' | 'notes'

const send = (alert: AlertView, action: ActionName, note: string): Promise<AlertView> => {
  const params = { path: { id: alert.id } }
  const { version } = alert
  if (action === 'notes')
    return answer(client.POST('/api/v1/alerts/{id}/notes', { params, body: { note, version } }))
  const body = note === '' ? { version } : { note, version }
  return action === 'acknowledge'
    ? answer(client.POST('/api/v1/alerts/{id}/acknowledge', { params, body }))
    : answer(client.POST('/api/v1/alerts/{id}/resolve', { params, body }))
}

/** Does it, and says what happened. One that somebody else was quicker with shows what is true now. */
export const useAlertActions = (alert: AlertView) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { take, reload } = useLive()
  const errorText = useErrorText()
  const name = useAlertName(alert)
  return useMutation({
    mutationFn: ({ action, note }: { action: ActionName; note: string }) => send(alert, action, note),
    onSuccess: (changed, { action }) => {
      take(changed)
      void message.success(t(`done.${action}`, { name }))
    },
    onError: (error) => {
      void message.error(errorText(error), 6)
      if (
        error instanceof ApiError &&
        (error.code === 'version_conflict' || error.code === 'already_resolved')
      )
        reload()
    },
  })
}
