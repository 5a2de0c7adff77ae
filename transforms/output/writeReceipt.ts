import { placeOf } from "../../io/places/place";
import { receiptPath, type Receipt, type WriteSettings } from "./writeSettings";

/** Tells the driver of a file that is written; the last thing a worker does for it. */
export async function writeReceipt(settings: Pick<WriteSettings, "receipts">, receipt: Receipt): Promise<void> {
  await placeOf(settings.receipts).write(receiptPath(settings, receipt), Buffer.from(JSON.stringify(receipt), "utf8"));
}
