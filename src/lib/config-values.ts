import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The items of a list that is separated by commas, without white space and empty items. */
export const splitList = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** Whether every item is an origin of web pages, such as https://app.example, or `*`. */
export const areOrigins = (items: readonly string[]): boolean =>
  items.every((origin) => origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin))

/**
 * A number of proxies, or their addresses and networks; false when empty, undefined when invalid. `true` is invalid: it
 * would trust the addresses that strangers send.
 */
export function parseTrustProxy(value: string): number | string[] | false | undefined {
  if (/^([1-9]|10)$/.test(value)) return Number(value)
  const items = splitList(value)
  const isAddress = (item: string) =>
    isIP(item) > 0 || ((item.includes('.') || item.includes(':')) && ipaddr.isValidCIDR(item))
  if (!items.every(isAddress)) return undefined
  return items.length > 0 && items
}

/** Whether it is an address that paths can be appended to: HTTP, without user, query and fragment. */
export function isBaseUrl(text: string): boolean {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text) || /[?#]/.test(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

export const withoutTrailingSlashes = (url: string): string => url.replace(/(?<!\/)\/+$/, '')
