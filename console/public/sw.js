/**
 * The worker of this console. It keeps the shell, so that a phone on a stairwell opens without reception; it never keeps
 * anything of the service's answers, which name people.
 */

/* The shell */
const SHELL = 'shell-1'
const PAGE = '/'
/** Reception that is neither there nor gone: after this the kept page is shown. */
const PATIENCE_MS = 4_000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.add(new Request(PAGE, { cache: 'reload' })))
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

const freshPage = async (request) => {
  const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (response.ok) await (await caches.open(SHELL)).put(PAGE, response.clone())
  return response
}

const pageOrKept = (request) =>
  freshPage(request).catch(async () => (await caches.match(PAGE)) ?? Response.error())

/** Names under assets/ carry a hash of what they hold: what is kept is what would be fetched. */
const keptOrFresh = async (request) => {
  const kept = await caches.match(request)
  if (kept !== undefined) return kept
  const response = await fetch(request)
  if (response.ok) await (await caches.open(SHELL)).put(request, response.clone())
  return response
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin || pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') event.respondWith(pageOrKept(request))
  else if (pathname.startsWith('/assets/') || pathname === '/favicon.svg')
    event.respondWith(keptOrFresh(request))
})

/** The page says what it is made of: that is kept, and of earlier versions nothing. */
self.addEventListener('message', (event) => {
  if (event.data?.type !== 'keep') return
  const urls = new Set(event.data.urls)
  event.waitUntil(
    caches.open(SHELL).then(async (cache) => {
      for (const { url } of await cache.keys())
        if (new URL(url).pathname.startsWith('/assets/') && !urls.has(url)) await cache.delete(url)
      await Promise.all(
        [...urls].map(async (url) => {
          if ((await cache.match(url)) === undefined) await cache.add(url)
        }),
      )
    }),
  )
})

/* Web Push */

/**
 * Shows what the service says while the console is closed. A message names nobody: who it is about is seen after signing
 * in, behind its link. The same tag again replaces what is shown, and rings again.
 */
self.addEventListener('push', (event) => {
  const {
    title = '守望 Shouwang',
    body = '',
    tag = 'shouwang',
    url = null,
    severity = null,
  } = messageOf(event)
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag,
      renotify: true,
      requireInteraction: severity === 'P1' || severity === 'P2',
      icon: '/favicon.svg',
      data: { url },
    }),
  )
})

const messageOf = (event) => {
  try {
    return event.data?.json() ?? {}
  } catch {
    return {}
  }
}

/** To the page that it is about: in a window that is open, or a new one. Never to another site. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const wanted = new URL(event.notification.data?.url ?? '/', self.location.origin)
  const url = wanted.origin === self.location.origin ? wanted.href : self.location.origin
  event.waitUntil(open(url))
})

const open = async (url) => {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const [one] = windows
  if (one === undefined) return self.clients.openWindow(url)
  await one.focus()
  // Only a window that this worker controls may be sent elsewhere.
  return one.navigate(url).catch(() => self.clients.openWindow(url))
}
