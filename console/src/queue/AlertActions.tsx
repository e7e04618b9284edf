import { MoreOutlined } from '@ant-design/icons'
import { Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertView } from '../api/types.ts'
import { useIsPhone } from '../preference/media.ts'
import { ActionDialog } from './ActionDialog.tsx'
import { DispatchDialog } from './DispatchDialog.tsx'
import { ACTION_KEYS, type CaseAction, legalActions } from './legal.ts'
import { OutcomeDialog } from './OutcomeDialog.tsx'
import { type Deed, useAlertActions } from './useAlertActions.ts'
import { useKeyPress } from './useKeyPress.ts'

/** These need no word: they are taken back by another press. */
const AT_ONCE: ReadonlySet<CaseAction> = new Set(['acknowledge', 'unshelve'])

/** What may be done now and nothing else: the likeliest as buttons, the rest a press away. */
export const AlertActions = ({ alert, visitId }: { alert: AlertView; visitId: string | null }) => {
  const { t } = useTranslation()
  const isPhone = useIsPhone()
  const { mutate, isPending } = useAlertActions(alert)
  const [asking, setAsking] = useState<CaseAction | null>(null)
  const legal = legalActions(alert)
  const begin = (action: CaseAction) => {
    if (isPending) return
    if (action === 'acknowledge' || action === 'unshelve') mutate({ action, note: '' })
    else setAsking(action)
  }
  useKeyPress(
    Object.fromEntries(legal.map((action) => [ACTION_KEYS[action].toLowerCase(), () => begin(action)])),
  )

  const shown = legal.slice(0, isPhone ? 2 : 4)
  const further = legal.slice(shown.length)
  const close = () => setAsking(null)
  const onDo = (deed: Deed) => mutate(deed, { onSuccess: close, onError: close })
  const dialog = { alert, isPending, onDo, onClose: close }
  return (
    <>
      <div className="alert-actions">
        {shown.map((action, index) => (
          <Button
            key={action}
            size="large"
            {...(index === 0 ? { type: 'primary' as const } : {})}
            loading={isPending && asking === null && AT_ONCE.has(action)}
            onClick={() => begin(action)}
          >
            {t(`case.${action}`)} <kbd>{ACTION_KEYS[action]}</kbd>
          </Button>
        ))}
        {further.length > 0 && (
          <Dropdown
            trigger={['click']}
            menu={{
              items: further.map((action) => ({
                key: action,
                label: (
                  <span className="action-item">
                    {t(`case.${action}`)} <kbd>{ACTION_KEYS[action]}</kbd>
                  </span>
                ),
              })),
              onClick: ({ key }) => {
                const action = further.find((one) => one === key)
                if (action !== undefined) begin(action)
              },
            }}
          >
            <Button
              size="large"
              className="alert-actions-more"
              icon={<MoreOutlined aria-hidden />}
              aria-label={t('action.further')}
            />
          </Dropdown>
        )}
      </div>
      {asking === 'dispatch' && <DispatchDialog {...dialog} />}
      {(asking === 'resolve' || asking === 'review') && (
        <OutcomeDialog action={asking} visitId={visitId} {...dialog} />
      )}
      {asking !== null && isAsked(asking) && <ActionDialog action={asking} {...dialog} />}
    </>
  )
}

type Asked = Parameters<typeof ActionDialog>[0]['action']
const ASKED: ReadonlySet<string> = new Set([
  'verify',
  'notes',
  'recall',
  'close',
  'reopen',
  'transfer',
  'shelve',
] satisfies Asked[])
const isAsked = (action: CaseAction): action is Asked => ASKED.has(action)
