import { randomUUID } from "node:crypto";
import { placeOf } from "../../io/places/place";
import { placeContract } from "../io/places/support/placeContract";
import { gcsTestStore } from "./support/stores";

placeContract("a bucket of Google Cloud Storage", async () => {
  const bucket = await (await gcsTestStore()).makeBucket(`contract-${randomUUID()}`);
  return { place: placeOf(bucket), root: `${bucket}/some folder` };
});
