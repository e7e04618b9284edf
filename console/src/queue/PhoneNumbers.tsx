import { PhoneOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { useHome } from '../api/home-queries.ts'

/** Whom to call, in the order in which they are called. */
export const PhoneNumbers = ({ homeId }: { homeId: string }) => {
  const { t } = useTranslation()
  const resident = useHome(homeId).data?.resident
  if (!resident) return <p className="soft">{t('home.noResident')}</p>
  const numbers = [
    { name: resident.name, relation: t('ladder.resident'), phone: resident.phone, holdsKey: false },
    ...resident.contacts,
  ].filter(({ phone }) => phone !== '')
  if (numbers.length === 0) return <p className="soft">{t('verify.noNumbers')}</p>
  return (
    <ol className="phone-numbers">
      {numbers.map(({ name, relation, phone, holdsKey }) => (
        <li key={`${name}${phone}`}>
          <span>
            <b>{name}</b> <span className="soft">{relation}</span>
            {holdsKey && <span className="key">{t('who.holdsKey')}</span>}
          </span>
          <a className="phone" href={`tel:${phone.replace(/\s/g, '')}`}>
            <PhoneOutlined aria-hidden /> {phone}
          </a>
        </li>
      ))}
    </ol>
  )
}
