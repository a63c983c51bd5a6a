/** The JSON pointer (RFC 6901) to a member of an object or an item of an array. */
export const childPointer = (parent: string, name: string | number): string =>
  `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
