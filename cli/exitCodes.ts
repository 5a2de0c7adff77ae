/** What the process says when it ends. */
export const EXIT = {
  ok: 0,
  /** A bug of ours, or a run that failed. */
  failed: 1,
  /** Something the user can change: settings, options, files. */
  user: 2,
  /** `monitor`: something moved past its threshold. */
  drift: 3,
  /** `discover`: the data show no structure. */
  noStructure: 4,
  /** Stopped by Ctrl-C, as shells expect it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODE_HELP = `
Exit codes: 0 done · 1 the run failed, or a bug of ours · 2 something you can change · 3 drift past a threshold (monitor)
            4 no structure found (discover) · 130 stopped by Ctrl-C`;
