import { serviceWorker } from '../push/worker.ts'

/** What this page is made of is kept for the time without reception. To be called when its parts have been loaded. */
export const keepShell = async (): Promise<void> => {
  try {
    if ((await serviceWorker()) === null) return
  } catch {
    // Private windows and strict settings refuse it; everything but opening without reception works.
    return
  }
  const { active } = await navigator.serviceWorker.ready
  const urls = performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${location.origin}/assets/`))
  active?.postMessage({ type: 'keep', urls: [...new Set([...urls, ...partsOfPage()])] }, [])
}

/** Also those that came before the browser began to note them. */
const partsOfPage = (): string[] =>
  [...document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[href]')]
    .map((element) => ('src' in element ? element.src : element.href))
    .filter((url) => url.startsWith(`${location.origin}/assets/`))
