import type * as S3 from "@aws-sdk/client-s3";
import type * as Gcs from "@google-cloud/storage";
import { clientPackage } from "../../../io/places/clientPackage";
import type { Emulator } from "../../../tools/emulators/emulator";
import { startFakeGcs } from "../../../tools/emulators/fakeGcs";
import { startMoto } from "../../../tools/emulators/moto";

/** A store on this machine, as tests use it. */
export interface TestStore {
  readonly scheme: "s3" | "gs";
  readonly emulator: Emulator;
  /** Makes a bucket. @returns its URL */
  readonly makeBucket: (name: string) => Promise<string>;
  /** Environment of a process that is to find the store, at another address if one is given. */
  readonly environment: (address?: string) => Record<string, string>;
}

let s3: Promise<TestStore> | null = null;
let gcs: Promise<TestStore> | null = null;

/** Emulators live as long as the test run. This process finds them from now on. */
export const s3TestStore = () => (s3 ??= openS3());
export const gcsTestStore = () => (gcs ??= openGcs());

async function openS3(): Promise<TestStore> {
  const emulator = await startMoto();
  const environment = (address = emulator.address) => ({
    AWS_ENDPOINT_URL: address,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
  Object.assign(process.env, environment());
  const sdk = clientPackage<typeof S3>("@aws-sdk/client-s3", "this test");
  const client = new sdk.S3Client({ forcePathStyle: true });
  const makeBucket = async (name: string) => {
    await client.send(new sdk.CreateBucketCommand({ Bucket: name }));
    return `s3://${name}`;
  };
  return { scheme: "s3", emulator, makeBucket, environment };
}

async function openGcs(): Promise<TestStore> {
  const emulator = await startFakeGcs();
  const environment = (address = emulator.address) => ({ STORAGE_EMULATOR_HOST: address });
  const { Storage } = clientPackage<typeof Gcs>("@google-cloud/storage", "this test");
  const storage = new Storage({ projectId: "test", apiEndpoint: emulator.address });
  Object.assign(process.env, environment());
  const makeBucket = async (name: string) => {
    await storage.createBucket(name);
    return `gs://${name}`;
  };
  return { scheme: "gs", emulator, makeBucket, environment };
}
