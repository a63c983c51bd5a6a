/** Pattern of a slug: lower-case letters and digits, with single hyphens between them. */
export const slugPattern = '^[a-z0-9]+(-[a-z0-9]+)*$'
