import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { dutyKeys } from '../api/duty-queries.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { keyBytes } from './key.ts'
import { canBeTold, serviceWorker } from './worker.ts'

/** Told by the browser itself, and not known to the service: this browser may not be told anything. */
class NotAllowed extends Error {}

const present = async (): Promise<PushSubscription | null> =>
  (await (await serviceWorker())?.pushManager.getSubscription()) ?? null

const subscribe = async (publicKey: string): Promise<void> => {
  if ((await Notification.requestPermission()) !== 'granted') throw new NotAllowed()
  const worker = await serviceWorker()
  if (worker === null) throw new NotAllowed()
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(publicKey),
  })
  const { endpoint, keys } = made.toJSON()
  await answer(
    client.PUT('/api/v1/session/push', {
      body: {
        subscription: {
          endpoint: endpoint ?? '',
          keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' },
        },
      },
    }),
  )
}

const unsubscribe = async (): Promise<void> => {
  const subscription = await present()
  if (subscription === null) return
  await answer(client.DELETE('/api/v1/session/push', { body: { endpoint: subscription.endpoint } }))
  await subscription.unsubscribe()
}

/** Whether whoever is signed in is told through this browser, also while it is closed. */
export const PushSwitch = () => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const push = useQuery({
    queryKey: dutyKeys.push,
    staleTime: 300_000,
    queryFn: async () => ({
      ...(await answer(client.GET('/api/v1/session/push'))),
      isOn: canBeTold() && (await present()) !== null,
    }),
  })
  const publicKey = push.data?.publicKey ?? null
  const change = useMutation({
    mutationFn: (on: boolean) => (on ? subscribe(publicKey ?? '') : unsubscribe()),
    onSettled: () => queries.invalidateQueries({ queryKey: dutyKeys.push }),
  })
  // Where the place has no Web Push there is nothing to switch.
  if (publicKey === null) return null
  return (
    <section className="card push-switch">
      <div>
        <h2>{t('push.title')}</h2>
        <p className="soft">{t(canBeTold() ? 'push.explain' : 'push.impossible')}</p>
      </div>
      <Switch
        checked={push.data?.isOn === true}
        disabled={!canBeTold()}
        loading={change.isPending}
        aria-label={t('push.title')}
        onChange={(on) => change.mutate(on)}
      />
      {change.isError &&
        (change.error instanceof NotAllowed ? (
          <p className="is-bad">{t('push.notAllowed')}</p>
        ) : (
          <ErrorNote error={change.error} />
        ))}
    </section>
  )
}
