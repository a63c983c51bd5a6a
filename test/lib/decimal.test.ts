import { test } from 'tap'
import {
  add,
  divide,
  formatFixed,
  formatShortest,
  multiply,
  parseDecimal,
  roundUpToStep,
} from '../../src/lib/numbers/decimal.ts'

test('Decimals are exact, and text that is not a decimal from 0 on is refused', (t) => {
  t.equal(formatFixed(add(parseDecimal(0.1), parseDecimal(0.2)), 20), '0.30000000000000000000')
  t.equal(formatFixed(divide(parseDecimal(1), parseDecimal(2000000)), 6), '0.000001', 'rounded half up')
  t.equal(formatFixed(multiply(parseDecimal('1e-7'), parseDecimal(4)), 6), '0.000000')
  t.equal(formatShortest(roundUpToStep(parseDecimal('0.1'), parseDecimal('0.25')), 6), '0.25')
  for (const text of ['', '-1', 'NaN', '1,5', '0x1', 'Infinity']) t.throws(() => parseDecimal(text), text)
  t.end()
})
