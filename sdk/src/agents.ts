/** Reports a session of LiveKit Agents to the New Voice platform. */
import type { Session, SessionOptions } from './session-options.ts'
import { SessionReport } from './session-report.ts'
import type { MetricCollector } from './telemetry/collector.ts'

export type { Session, SessionOptions } from './session-options.ts'
export { SessionReport } from './session-report.ts'

/** Reports a session of LiveKit Agents from now until it closes. */
export const collectSession = (
  session: Session,
  collector: MetricCollector,
  options: SessionOptions = {},
): SessionReport => new SessionReport(session, collector, options)

/** The part of a TelemetrySender that is used here. */
interface ClosableSender {
  close(timeoutMs?: number): Promise<unknown>
}

/**
 * Reports the call when an uncaught exception ends the process: prints the exception to stderr, ends the report with
 * status failed and outcome agent_error, sends queued items for up to `timeoutMs`, and exits with code 1. Returns a
 * function that removes the handler; call it when the call is over.
 */
export function endOnCrash(report: SessionReport, sender: ClosableSender, timeoutMs = 3_000): () => void {
  const onCrash = (error: unknown): void => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    report.end('error')
    void sender.close(timeoutMs).finally(() => process.exit(1))
  }
  process.once('uncaughtException', onCrash)
  return () => void process.off('uncaughtException', onCrash)
}
