import { useMutation } from '@tanstack/react-query'
import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError, answer, client } from '../api/client.ts'
import type { AlertDetail, AlertView, Outcome } from '../api/types.ts'
import { civilNow } from '../clock/civil.ts'
import { formatInstant } from '../format/instant.ts'
import { useLive } from '../live/live.tsx'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { useAlertName } from './AlertRow.tsx'
import type { CaseAction } from './legal.ts'

/** One thing done to a case, with what it needs besides. An empty note is none. */
export type Deed =
  | { action: Exclude<CaseAction, 'dispatch' | 'transfer' | 'shelve' | 'resolve' | 'review'>; note: string }
  | { action: 'dispatch'; note: string; candidates: string[] | null; crewSize: number }
  | { action: 'transfer'; note: string; to: '110' | '119' | '120' }
  | { action: 'shelve'; note: string; until: string }
  | { action: 'resolve'; note: string; outcome: Outcome | null }
  | { action: 'review'; note: string; outcome: Outcome }

const send = (id: string, version: number, deed: Deed): Promise<AlertView> => {
  const params = { path: { id } }
  const body = deed.note === '' ? { version } : { note: deed.note, version }
  switch (deed.action) {
    case 'notes':
      return answer(client.POST('/api/v1/alerts/{id}/notes', { params, body: { version, note: deed.note } }))
    case 'dispatch': {
      const { candidates, crewSize } = deed
      const whom = candidates === null ? { crewSize } : { crewSize, candidates }
      return answer(client.POST('/api/v1/alerts/{id}/dispatch', { params, body: { ...body, ...whom } }))
    }
    case 'transfer':
      return answer(client.POST('/api/v1/alerts/{id}/transfer', { params, body: { ...body, to: deed.to } }))
    case 'shelve':
      return answer(
        client.POST('/api/v1/alerts/{id}/shelve', { params, body: { ...body, until: deed.until } }),
      )
    case 'resolve': {
      const ended = deed.outcome === null ? {} : { outcome: deed.outcome }
      return answer(client.POST('/api/v1/alerts/{id}/resolve', { params, body: { ...body, ...ended } }))
    }
    case 'review':
      return answer(
        client.POST('/api/v1/alerts/{id}/review', { params, body: { ...body, outcome: deed.outcome } }),
      )
    default:
      return answer(client.POST(`/api/v1/alerts/{id}/${deed.action}`, { params, body }))
  }
}

/** Somebody was quicker: how the case stands now. */
class Overtaken extends Error {
  readonly detail: AlertDetail
  constructor(detail: AlertDetail) {
    super('overtaken')
    this.detail = detail
  }
}

const OVERTAKEN: readonly string[] = ['version_conflict', 'already_resolved', 'illegal_transition']

/** Where it was refused because the case has moved on, says how it stands now. */
const sendOrSee = async (alert: AlertView, deed: Deed): Promise<AlertView> => {
  try {
    return await send(alert.id, alert.version, deed)
  } catch (error) {
    if (!(error instanceof ApiError) || !OVERTAKEN.includes(error.code)) throw error
    const detail = await answer(client.GET('/api/v1/alerts/{id}', { params: { path: { id: alert.id } } }))
    throw detail.version === alert.version ? error : new Overtaken(detail)
  }
}

/** Does it, and says what happened and what follows. One that somebody else was quicker with shows what is true now. */
export const useAlertActions = (alert: AlertView) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const { message } = App.useApp()
  const { take } = useLive()
  const errorText = useErrorText()
  const name = useAlertName(alert)

  const instant = (at: string) => formatInstant(Date.parse(at), civilNow() ?? Date.now(), zone, language)
  const whatFollows = ({ state, progressUntil, waitUntil }: AlertView): string => {
    if (state === 'shelved' && waitUntil !== null) return t('follows.back', { at: instant(waitUntil) })
    return progressUntil === null ? '' : t('follows.progress', { at: instant(progressUntil) })
  }
  const whoWasQuicker = ({ timeline, state }: AlertDetail): string => {
    const last = timeline.findLast((line) => line.actor !== 'system')
    return last === undefined
      ? t('overtaken.now', { state: t(`state.${state}`) })
      : t('overtaken.by', {
          who: last.actorName ?? t('event.formerAccount'),
          at: instant(last.at),
          what: t(`event.${last.event}`),
          state: t(`state.${state}`),
        })
  }

  return useMutation({
    mutationFn: (deed: Deed) => sendOrSee(alert, deed),
    onSuccess: (changed, { action }) => {
      take(changed)
      void message.success(
        [t(`done.${action}`, { name }), whatFollows(changed)]
          .filter(Boolean)
          .join(language === 'zh' ? '' : ' '),
        5,
      )
    },
    onError: (error) => {
      if (error instanceof Overtaken) {
        take(error.detail)
        void message.warning(whoWasQuicker(error.detail), 8)
      } else void message.error(errorText(error), 6)
    },
  })
}
