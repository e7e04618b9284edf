/** The bell, generated: no file to load when it matters. Browsers keep it silent until the first gesture. */
let context: AudioContext | null = null

export type Bell = 'P1' | 'P2'

const audio = (): AudioContext => {
  context ??= new AudioContext()
  return context
}

export const soundIsReady = (): boolean => context?.state === 'running'

/** Call from a gesture. */
export const unlockSound = async (): Promise<boolean> => {
  await audio().resume()
  return soundIsReady()
}

const tone = (frequencyHz: number, startS: number, lengthS: number, loudness: number): void => {
  const to = audio()
  const oscillator = to.createOscillator()
  const gain = to.createGain()
  oscillator.type = 'triangle'
  oscillator.frequency.value = frequencyHz
  const at = to.currentTime + startS
  // A short rise and a long fall: no click, and easy to place in a room.
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(loudness, at + 0.012)
  gain.gain.exponentialRampToValueAtTime(0.001, at + lengthS)
  oscillator.connect(gain).connect(to.destination)
  oscillator.start(at)
  oscillator.stop(at + lengthS)
}

/** P1: three urgent rising strokes. P2: a calm falling pair, twice. */
export const ring = (bell: Bell): void => {
  if (!soundIsReady()) return
  if (bell === 'P1') {
    for (const stroke of [0, 0.28, 0.56]) {
      tone(784, stroke, 0.22, 0.5)
      tone(1_175, stroke + 0.1, 0.24, 0.5)
    }
    return
  }
  for (const stroke of [0, 1.1]) {
    tone(880, stroke, 0.5, 0.32)
    tone(659, stroke + 0.26, 0.7, 0.32)
  }
}
