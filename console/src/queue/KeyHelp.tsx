import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'

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

export const KeyHelp = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
  const { t } = useTranslation()
  return (
    <Modal open={open} title={t('keys.title')} footer={null} onCancel={onClose} width={380}>
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
    </Modal>
  )
}
