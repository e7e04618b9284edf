import { useTranslation } from 'react-i18next'

/**
 * Why a message was not taken: the coded reason in the reader's language, and below it what the decoder found in this
 * message, as data, for it names fields and values as they stand there.
 */
export const RefusalWords = ({ code, note }: { code: string; note: string }) => {
  const { t, i18n } = useTranslation()
  const why = `quarantine.why.${code}`
  return (
    <div className="refusal">
      {i18n.exists(why) && <p>{t(why)}</p>}
      <p className="refusal-note soft">
        <span>{t('quarantine.note')}</span> <code lang="en">{note}</code>
      </p>
    </div>
  )
}
