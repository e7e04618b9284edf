import { CameraOutlined } from '@ant-design/icons'
import { Button, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KeptAct } from './kept.ts'
import { shrunk, whereWeAre } from './picture.ts'

const MOST_PHOTOS = 5

const Thumbnail = ({ picture, number }: { picture: Blob; number: number }) => {
  const { t } = useTranslation()
  const [url] = useState(() => URL.createObjectURL(picture))
  return <img src={url} alt={t('visit.photo', { number })} onLoad={() => URL.revokeObjectURL(url)} />
}

/** "I am there": with where and with pictures, if whoever is there wants to. */
export const CheckInForm = ({
  onDo,
  onClose,
}: {
  onDo: (checkIn: Pick<KeptAct, 'place' | 'photos'>) => void
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const [withPlace, setWithPlace] = useState(false)
  const [pictures, setPictures] = useState<Blob[]>([])
  const [isBusy, setIsBusy] = useState(false)
  const [isUnreadable, setIsUnreadable] = useState(false)
  const add = async (files: readonly File[]) => {
    setIsBusy(true)
    const made = await Promise.all(files.map(shrunk))
    setIsUnreadable(made.includes(null))
    setPictures((known) => [...known, ...made.filter((one) => one !== null)].slice(0, MOST_PHOTOS))
    setIsBusy(false)
  }
  const send = async () => {
    setIsBusy(true)
    const place = withPlace ? await whereWeAre() : null
    onDo({ place, photos: pictures.map((picture) => ({ picture, id: null })) })
  }
  return (
    <section className="own-form">
      <h2>{t('visit.checkIn')}</h2>
      <div className="own-switch">
        <span>{t('visit.withPlace')}</span>
        <Switch checked={withPlace} onChange={setWithPlace} aria-label={t('visit.withPlace')} />
      </div>
      <div className="own-pictures">
        {pictures.map((picture, index) => (
          <Thumbnail key={`${picture.size}-${String(index)}`} picture={picture} number={index + 1} />
        ))}
      </div>
      {pictures.length < MOST_PHOTOS && (
        <label className="own-file">
          <CameraOutlined aria-hidden /> {t('visit.addPhoto')}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            onChange={(event) => {
              void add([...(event.target.files ?? [])])
              event.target.value = ''
            }}
          />
        </label>
      )}
      <p className="soft">{t('visit.photoWhy')}</p>
      {isUnreadable && <p className="is-bad">{t('visit.photoUnreadable')}</p>}
      <div className="own-answers">
        <Button type="primary" block loading={isBusy} onClick={() => void send()}>
          {t('visit.onScene')}
        </Button>
        <Button block onClick={onClose}>
          {t('action.cancel')}
        </Button>
      </div>
    </section>
  )
}
