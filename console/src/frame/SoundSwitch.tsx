import { MutedOutlined, SoundOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ring, soundIsReady, unlockSound } from '../live/sound.ts'
import { setPreferences, usePreferences } from '../preference/preferences.ts'

/**
 * Sound on or off, and the one thing a browser insists on: a gesture before the first sound. Until then the switch
 * says so in words; the first click anywhere also serves.
 */
export const SoundSwitch = () => {
  const { t } = useTranslation()
  const { sound } = usePreferences()
  const [ready, setReady] = useState(soundIsReady)
  useEffect(() => {
    if (!sound || ready) return
    const unlock = () => void unlockSound().then(setReady)
    document.addEventListener('pointerdown', unlock)
    document.addEventListener('keydown', unlock)
    return () => {
      document.removeEventListener('pointerdown', unlock)
      document.removeEventListener('keydown', unlock)
    }
  }, [sound, ready])

  if (sound && !ready)
    return (
      <Button
        className="sound-ask"
        icon={<MutedOutlined aria-hidden />}
        onClick={() =>
          void unlockSound().then((unlocked) => {
            setReady(unlocked)
            ring('P2')
          })
        }
      >
        {t('sound.enable')}
      </Button>
    )
  return (
    <Button
      type="text"
      icon={sound ? <SoundOutlined aria-hidden /> : <MutedOutlined aria-hidden />}
      aria-pressed={sound}
      aria-label={t(sound ? 'sound.on' : 'sound.off')}
      title={t(sound ? 'sound.on' : 'sound.off')}
      className={sound ? '' : 'is-off'}
      onClick={() => setPreferences({ sound: !sound })}
    />
  )
}
