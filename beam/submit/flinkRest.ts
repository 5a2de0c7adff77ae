interface FlinkJobs {
  readonly jobs: readonly { readonly jid: string; readonly name: string; readonly state: string }[];
}

const RUNNING = ["RUNNING", "CREATED", "INITIALIZING", "RESTARTING", "RECONCILING"];

/**
 * Cancels the jobs of this name through Flink's own REST service. Beam's job server answers a cancel within milliseconds, but the job on
 * the cluster runs on; Flink itself stops it.
 * @param rest `http://host:port`
 * @returns how many jobs were told to stop
 * @throws Error when the service cannot be reached
 */
export async function cancelThroughFlink(rest: string, jobName: string): Promise<number> {
  const base = rest.includes("://") ? rest : `http://${rest}`;
  const { jobs } = (await (await fetch(`${base}/jobs/overview`, { signal: AbortSignal.timeout(5000) })).json()) as FlinkJobs;
  const running = jobs.filter(({ name, state }) => name === jobName && RUNNING.includes(state));
  for (const { jid } of running) {
    await fetch(`${base}/jobs/${jid}?mode=cancel`, { method: "PATCH", signal: AbortSignal.timeout(5000) });
  }
  return running.length;
}
