/** Worker processes for engines: `sessionary worker-pool`. */
export { startWorkerPool } from "../beam/pool/pool";
