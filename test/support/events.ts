import { onTestFinished } from 'vitest'

export interface HeardEvent {
  id: string | null
  event: string
  data: Record<string, unknown>
}

/** Listens to the live events as a program would; `next` settles with the next event of that name. */
export async function listenToEvents(httpUrl: string, token: string, lastEventId?: string) {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const response = await fetch(`${httpUrl}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}`, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
    signal: stop.signal,
  })
  if (!response.ok || !response.body) throw new Error(`events: ${response.status}`)
  const waiting: HeardEvent[] = []
  let wake: () => void = () => {}
  const read = async (body: ReadableStream<Uint8Array>) => {
    let text = ''
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      waiting.push(...parts.flatMap(parse))
      wake()
    }
  }
  read(response.body).catch(() => {})
  return {
    stop: () => stop.abort(),
    async next(name: string): Promise<HeardEvent> {
      for (;;) {
        const at = waiting.findIndex(({ event }) => event === name)
        if (at >= 0) return waiting.splice(0, at + 1).at(-1) as HeardEvent
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

function parse(block: string): HeardEvent[] {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2)
  const data = field('data')
  return data === undefined
    ? []
    : [{ id: field('id') ?? null, event: field('event') ?? 'message', data: JSON.parse(data) }]
}
