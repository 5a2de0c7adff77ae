import { randomUUID } from "node:crypto";
import { placeOf } from "../../io/places/place";
import { placeContract } from "../io/places/support/placeContract";
import { s3TestStore } from "./support/stores";

placeContract("a bucket of S3", async () => {
  const bucket = await (await s3TestStore()).makeBucket(`contract-${randomUUID()}`);
  return { place: placeOf(bucket), root: `${bucket}/some folder` };
});
