/**
 * `config.yaml` of a small standalone cluster: two slots a TaskManager, jobs restarted up to five times. Every memory component is set; a
 * TaskManager whose components do not add up dies with a bare IllegalArgumentException. Each of a job's shuffles takes 512 network buffers
 * of 32 kB a task unless told otherwise: 128 MB were too few for two tasks of `score`.
 */
export function flinkConfig(restPort: number, tempDir: string): string {
  return `jobmanager:
  rpc: { address: localhost, port: ${restPort + 1} }
  bind-host: localhost
  memory: { heap: { size: 512m } }
rest: { port: ${restPort}, address: localhost, bind-address: localhost }
blob: { server: { port: "0" } }
taskmanager:
  host: localhost
  network: { sort-shuffle: { min-buffers: 128 } }
  bind-host: localhost
  numberOfTaskSlots: 2
  cpu: { cores: 2.0 }
  memory:
    task: { heap: { size: 768m }, off-heap: { size: 0m } }
    framework: { heap: { size: 128m }, off-heap: { size: 128m } }
    network: { min: 256m, max: 256m }
    managed: { size: 384m }
    jvm-metaspace: { size: 256m }
    jvm-overhead: { min: 128m, max: 128m }
restart-strategy: { type: fixed-delay, fixed-delay: { attempts: 5, delay: 1 s } }
heartbeat: { interval: 2000, timeout: 8000 }
classloader: { check-leaked-classloader: false }
io: { tmp: { dirs: "${tempDir}" } }
`;
}
