// biome-ignore-all lint/suspicious/noTemplateCurlyInString: patterns are listed as they are written.
interface Exceptions {
  file: string
  /** Patterns as they are written; the argument of RegExp() for those that are built at run time. */
  sources: string[]
  /** Why no text can make them slow. */
  reason: string
}

/** Patterns that may take more than linear time, or that cannot be analysed, and why no caller can make them slow. */
export const exceptions: readonly Exceptions[] = [
  {
    file: 'src/cli/db/data-loss.ts',
    sources: [
      'String.raw`\\b(?:DROP|TRUNCATE)\\s+(?:FOREIGN\\s+)?TABLE\\s+(?:IF\\s+EXISTS\\s+)?(${qualifiedName}(?:\\s*,\\s*${qualifiedName})*)`',
      'String.raw`\\b(?:DELETE\\s+FROM|TRUNCATE(?!\\s+TABLE))\\s+(${qualifiedName})`',
      'String.raw`\\bALTER\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?(?:ONLY\\s+)?(${qualifiedName})([^;]*)`',
      'String.raw`\\bDROP\\s+(?:COLUMN\\s+)(?:IF\\s+EXISTS\\s+)?(${identifier})`',
      'qualifiedName',
    ],
    reason: 'Reads the migrations of this repository.',
  },
  {
    file: 'src/db/migrations/migration-lint.ts',
    sources: [
      '\\bADD COLUMN\\b.*\\bNOT NULL\\b',
      '\\bADD COLUMN\\b.*(?:\\bDEFAULT (?:gen_random_uuid|uuidv7|clock_timestamp|random|nextval)\\(|\\bGENERATED ALWAYS AS \\(|\\b(?:big|small)?serial\\b)',
      '\\bALTER COLUMN\\b.*\\bTYPE\\b',
      '\\bALTER COLUMN\\b.*\\bSET NOT NULL\\b',
      '\\bADD CONSTRAINT\\b.*\\b(?:CHECK|FOREIGN KEY)\\b',
      '\\bADD (?:CONSTRAINT "[^"]+" )?(?:UNIQUE|PRIMARY KEY)\\b',
    ],
    reason: 'Reads the migrations of this repository.',
  },
  {
    file: 'src/db/embedded/binaries.ts',
    sources: ['`^${name}:[^:]*:(\\\\d+):(\\\\d+):`'],
    reason: 'Reads /etc/passwd, for two fixed names.',
  },
  {
    file: 'src/lib/phone/numbering-plans.ts',
    sources: [
      '`^(?:${metadata.IDDPrefix()})`',
      '`^(?:${pattern})`',
      '`^(?:${leadingDigits})`',
      '`^(?:${pattern})$`',
    ],
    reason: 'Patterns of libphonenumber, for the digits of a text of at most 250 characters.',
  },
  {
    file: 'src/lib/phone/split-text.ts',
    sources: [
      '`^(?:(?:${labels})(?:\\\\s*[.:]+\\\\s*|\\\\s+)(?=\\\\W|\\\\d))+`',
      '`^\\\\s*(?:[,;/]\\\\s*)?(?:\\\\(\\\\s*)?(?:` + `(?:(?:${extensionWords})\\\\.?\\\\s*(?:№|no\\\\.?|num\\\\.?|номер)?\\\\s*[.:=#-]?|[,;]*#)\\\\s*(?<word>\\\\d{1,11})` + `|[,;]+(?<pause>\\\\d{1,7})|[,;]\\\\s+(?<spaced>\\\\d{3,6})` + `)\\\\s*#?\\\\s*\\\\)?(?![\\\\p{L}\\\\d])`',
      '(?<=(?:\\d\\D*){7})\\s*[([]\\s*\\d+\\s*[)\\]]$',
      '\\s(?:и\\/или|или|и|and|or|und|oder|ou|et|o|y|і|або)\\s+(?=[^\\d]{0,12}[\\d+(])',
    ],
    reason: 'parsePhoneText refuses a text of more than 250 characters before it is split.',
  },
  {
    file: 'src/lib/phone/written-form.ts',
    sources: ['`^\\\\D*\\\\d?\\\\D*\\\\(\\\\d?${groups[0]}\\\\)`'],
    reason: 'Part of a text of at most 250 characters; the group is digits.',
  },
  {
    file: 'src/lib/time/time-grammar.ts',
    sources: [
      '`^(?:${alternatives})(?![\\\\p{L}\\\\d])\\\\.?`',
      '`^(\\\\d{1,2})(?:st|nd|rd|th)?(?: of)? (?:${month})(?![\\\\p{L}\\\\d])\\\\.?`',
      '`^(?:${month})\\\\.? (\\\\d{1,2})(?:st|nd|rd|th)?(?![\\\\p{L}\\\\d:])`',
      "`^(?:in|через) (?:(\\\\d{1,4}|${Object.keys(amounts).join('|')}) ?)?(?:${units.map((names) => `(${names})`).join('|')})(?![\\\\p{L}\\\\d])\\\\.?`",
    ],
    reason: 'Alternatives of fixed words; parseWrittenTime refuses a text of more than 100 characters.',
  },
]
