import { useTranslation } from 'react-i18next'
import { Dialog } from '../dialog/Dialog.tsx'

const KEYS = ['J', 'K', 'A', 'V', 'D', 'B', 'T', 'S', 'R', 'C', 'O', 'N', '?'] as const
const NAMES: Record<(typeof KEYS)[number], string> = {
  J: 'keys.next',
  K: 'keys.previous',
  A: 'case.acknowledge',
  V: 'case.verify',
  D: 'case.dispatch',
  B: 'case.recall',
  T: 'case.transfer',
  S: 'case.shelve',
  R: 'keys.resolveOrReview',
  C: 'case.close',
  O: 'case.reopen',
  N: 'case.notes',
  '?': 'keys.help',
}

export const KeyHelp = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  return (
    <Dialog title={t('keys.title')} footer={null} onCancel={onClose} width={380}>
      <dl className="key-help">
        {KEYS.map((key) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(NAMES[key])}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
