const LONGEST_SIDE_PX = 1_600
const QUALITY = 0.8

/** Smaller before it travels, and drawn anew: what the camera wrote into it stays behind. Null: not a picture. */
export const shrunk = async (file: Blob): Promise<Blob | null> => {
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file)
  } catch {
    return null
  }
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}

const FIX_TIMEOUT_MS = 10_000

/** Where the phone is, if its owner allows it; null otherwise. Nobody waits for it longer than a few seconds. */
export const whereWeAre = (): Promise<{
  latitude: number
  longitude: number
  accuracyMetres: number
} | null> =>
  new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(null)
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latitude: coords.latitude,
          longitude: coords.longitude,
          accuracyMetres: coords.accuracy,
        }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: FIX_TIMEOUT_MS, maximumAge: 60_000 },
    )
  })
