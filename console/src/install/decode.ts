/** Chrome on Android brings it along; it is not in TypeScript's library yet. */
interface Detector {
  detect(source: CanvasImageSource): Promise<{ rawValue: string }[]>
}
const FORMATS = ['qr_code', 'data_matrix', 'code_128', 'code_39', 'ean_13']

const makeDetector = (): Detector | null => {
  const Made = (globalThis as { BarcodeDetector?: new (options: { formats: string[] }) => Detector })
    .BarcodeDetector
  return Made === undefined ? null : new Made({ formats: FORMATS })
}

/** What the code in a picture says; null when there is none. Bar codes only where the browser reads them by itself. */
export const codeIn = async (source: HTMLVideoElement | ImageBitmap): Promise<string | null> => {
  const detector = makeDetector()
  if (detector !== null) return (await detector.detect(source))[0]?.rawValue ?? null
  const [width, height] =
    source instanceof ImageBitmap ? [source.width, source.height] : [source.videoWidth, source.videoHeight]
  if (width === 0 || height === 0) return null
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return null
  context.drawImage(source, 0, 0)
  const { default: decodeQR } = await import('qr/decode.js')
  try {
    return decodeQR(context.getImageData(0, 0, width, height))
  } catch {
    // It throws for a picture without a code, which most frames of a camera are.
    return null
  }
}
