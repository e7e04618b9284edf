import { CameraOutlined, PictureOutlined } from '@ant-design/icons'
import { Alert, Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { codeIn } from './decode.ts'

const LOOK_EVERY_MS = 250

/** The camera looks for a code until it has found one. */
const Camera = ({ onCode, onFault }: { onCode: (code: string) => void; onFault: () => void }) => {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    let stream: MediaStream | null = null
    let over = false
    const look = async (): Promise<void> => {
      if (over || video.current === null) return
      const code = video.current.readyState >= 2 ? await codeIn(video.current) : null
      if (over) return
      if (code === null) setTimeout(() => void look(), LOOK_EVERY_MS)
      else onCode(code)
    }
    const begin = async (): Promise<void> => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      } catch {
        if (!over) onFault()
        return
      }
      if (over || video.current === null) {
        for (const track of stream.getTracks()) track.stop()
        return
      }
      video.current.srcObject = stream
      await video.current.play()
      await look()
    }
    void begin()
    return () => {
      over = true
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [onCode, onFault])
  return <video ref={video} className="scanner" muted playsInline />
}

/** A code by camera where there is one, or out of a photo; a number may always be typed instead. */
export const Scanner = ({ onCode }: { onCode: (code: string) => void }) => {
  const { t } = useTranslation()
  const [looking, setLooking] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const photo = useRef<HTMLInputElement>(null)
  // A page without TLS has no camera at all.
  const hasCamera = navigator.mediaDevices !== undefined
  const take = (code: string): void => {
    setLooking(false)
    onCode(code)
  }
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    const code = await createImageBitmap(file).then(codeIn, () => null)
    if (code === null) setFault('install.noCode')
    else take(code)
  }
  return (
    <div className="install-scan">
      {looking && (
        <Camera
          onCode={take}
          onFault={() => {
            setLooking(false)
            setFault('install.noCamera')
          }}
        />
      )}
      {fault !== null && <Alert type="warning" showIcon title={t(fault)} />}
      <div className="install-buttons">
        {hasCamera && (
          <Button
            size="large"
            icon={<CameraOutlined aria-hidden />}
            onClick={() => {
              setFault(null)
              setLooking(!looking)
            }}
          >
            {t(looking ? 'action.cancel' : 'install.scan')}
          </Button>
        )}
        <Button size="large" icon={<PictureOutlined aria-hidden />} onClick={() => photo.current?.click()}>
          {t('install.photo')}
        </Button>
      </div>
      <input
        ref={photo}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        onChange={(event) => void read(event.target.files?.[0])}
      />
    </div>
  )
}
