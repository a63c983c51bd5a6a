/** USD as an exact decimal: text, or a JSON number, whose shortest text is what its sender wrote. */
export type Usd = string | number

/** The text PostgreSQL reads as this amount, exactly; it rounds half up to the millionth when storing. */
export const usd = (amount: Usd): string => String(amount)
