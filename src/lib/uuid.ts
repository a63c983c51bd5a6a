const pattern = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Whether PostgreSQL reads the text as a uuid in its usual form, with hyphens. Accepts every version, also the nil uuid. */
export const isUuid = (text: string): boolean => pattern.test(text)

/** The uuid of zeros. It sorts before every other one. */
export const nilUuid = '00000000-0000-0000-0000-000000000000'
