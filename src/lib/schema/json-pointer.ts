/** The JSON pointer (RFC 6901) to a member of an object or an item of an array. */
export const childPointer = (parent: string, name: string | number): string =>
  `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** The first member that a JSON pointer names; undefined for the pointer to the whole value. */
export const firstMember = (pointer: string): string | undefined =>
  pointer.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~')
