/**
 * Formats of keys, tokens and passwords of well-known services. Kept by hand: prefixes and lengths are those of the rules of
 * gitleaks (MIT, https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml, July 2026), and of the services'
 * documentation where gitleaks has none. Only formats that prose does not have are listed: a prefix or a fixed structure.
 * Lengths are the shortest ones in use or less, so that a key is found that was not copied to its end.
 *
 * The rules of secretlint were not taken: they need Node.js 22, and search in documents, asynchronously.
 *
 * Each pattern takes time in proportion to the text: a search reads at most some 100 characters from each prefix.
 */
const secretFormats: readonly { kind: string; pattern: RegExp }[] = [
  { kind: 'a private key', pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/ },
  { kind: 'a Stripe key', pattern: /\b(?:[rs]k_(?:live|prod|test)_|whsec_)[A-Za-z0-9+/]{10}/ },
  { kind: 'a GitHub token', pattern: /\b(?:gh[oprsu]_[A-Za-z0-9]{20}|github_pat_\w{20})/ },
  {
    kind: 'a GitLab token',
    pattern:
      /\b(?:gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|rtr|soat)-[A-Za-z0-9_-]{20}|GR1348941[A-Za-z0-9_-]{20})/,
  },
  {
    kind: 'a Slack token',
    pattern:
      /\b(?:xox[abeoprs]-[A-Za-z0-9-]{10}|xapp-\d-[A-Z0-9]{5}|hooks\.slack\.com\/(?:services|triggers|workflows)\/[A-Za-z0-9+/]{40})/,
  },
  {
    kind: 'an AWS key',
    pattern: /\b(?:(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{16}\b|ABSK[A-Za-z0-9+/]{100})/,
  },
  {
    kind: 'a secret of AWS or LiveKit',
    pattern: /\b(?:aws_secret_access_key|livekit_api_secret)["']?\s{0,3}[:=]\s{0,3}["']?[A-Za-z0-9/+]{32}/i,
  },
  {
    kind: 'a Google key',
    pattern: /\b(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{20}|ya29\.[A-Za-z0-9_-]{20})/,
  },
  {
    kind: 'an Azure key',
    pattern: /\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40}|\b[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31}/,
  },
  {
    kind: 'a key of OpenAI, Anthropic or a compatible service',
    pattern:
      /\bsk-(?:(?:admin|ant|lf|or|proj|svcacct)-[A-Za-z0-9_-]{20}|(?=[A-Za-z]{0,19}\d)[A-Za-z0-9]{20})/,
  },
  {
    kind: 'a key of a language model service',
    pattern: /\b(?:gsk_[A-Za-z0-9]{20}|hf_[A-Za-z]{34}|api_org_[A-Za-z]{34})/,
  },
  {
    kind: 'a key of a language model service',
    pattern: /\b(?:csk|nvapi|pplx|tvly|xai)-(?=[A-Za-z_-]{0,19}\d)[A-Za-z0-9_-]{20}/,
  },
  {
    kind: 'a key of a language model service',
    pattern: /\b(?:fw|r8|pplx|xai)_(?=[A-Za-z]{0,19}\d)[A-Za-z0-9]{20}/,
  },
  { kind: 'an ElevenLabs or Cartesia key', pattern: /\bsk_(?:[0-9a-f]{48}|car_[A-Za-z0-9]{16})/ },
  { kind: 'a Twilio key', pattern: /\bSK[0-9a-fA-F]{32}\b/ },
  {
    kind: 'a LiveKit key',
    pattern: /\bAPI(?=[A-Za-z]{0,11}\d)(?=[A-Z0-9]{0,11}[a-z])[A-Za-z0-9]{12}\b/,
  },
  { kind: 'a SendGrid key', pattern: /\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16}/ },
  { kind: 'a Telegram bot token', pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}/ },
  { kind: 'a Yandex Cloud key', pattern: /\b(?:AQVN[A-Za-z0-9_-]{35}|y0_[A-Za-z0-9_-]{30})/ },
  {
    kind: 'a package registry token',
    pattern: /\b(?:npm_[A-Za-z0-9]{36}|pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{20}|rubygems_[a-f0-9]{48})/,
  },
  {
    kind: 'a cloud token',
    pattern:
      /\b(?:do[opr]_v1_[a-f0-9]{40}|dapi[a-f0-9]{32}|dp\.[a-z]{2,6}\.[A-Za-z0-9]{40}|hvs\.[A-Za-z0-9_-]{60}|HRKU-AA[A-Za-z0-9_-]{40}|pul-[a-f0-9]{40}|fo1_[A-Za-z0-9_-]{43}|sbp_[a-f0-9]{40}|gl(?:c|sa)_[A-Za-z0-9+/]{32})/,
  },
  {
    kind: 'a token of a business application',
    pattern:
      /\b(?:shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|sq0(?:atp|csp)-[A-Za-z0-9_-]{22}|ntn_[A-Za-z0-9]{40}|lin_api_[A-Za-z0-9]{40}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}|pat-(?:eu|na)\d-[0-9a-f-]{36}|PMAK-[a-f0-9]{24}-|xkeysib-[a-f0-9]{40}|ATATT3[A-Za-z0-9_=-]{50}|key-[a-f0-9]{32}|sntrys_[A-Za-z0-9+/=_]{40}|sntryu_[a-f0-9]{40})/,
  },
  { kind: 'a key of this platform', pattern: /\bnvc?_[A-Za-z0-9_-]{40}/ },
  /**
   * A JWT: two parts that start with eyJ, the base64 of `{"`. Searches for the dot between them, and then backwards: a search
   * for the first part would read the rest of the text again for each eyJ.
   */
  { kind: 'a JSON Web Token', pattern: /\.(?<=\beyJ[\w-]{10,}\.)eyJ[\w-]{10}/ },
  { kind: 'a password in a URL', pattern: /:\/\/[^\s/:@]{1,64}:[^\s/:@{}<>]{1,128}@[\w.-]/ },
]

/** No secret is shorter, characters. Most texts of some configs are: names, and numbers. */
const minLength = 12

/** The kind of secret in a text, such as `a Stripe key`; undefined when it contains none of a known format. */
export const findSecret = (text: string): string | undefined =>
  text.length < minLength ? undefined : secretFormats.find(({ pattern }) => pattern.test(text))?.kind
