import type { ChooseK, ReviewData, SaveCategories, Saved } from "../reviewData";

const token = new URLSearchParams(location.search).get("token") ?? "";
const TOKEN_HEADER = "x-sessionary-token";

/** Address of the discovery's page. */
export const reportAddress = `/report?token=${encodeURIComponent(token)}`;

export async function loadData(): Promise<ReviewData> {
  const response = await fetch("/api/review", { headers: { [TOKEN_HEADER]: token } });
  if (!response.ok) {
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    throw new Error(isJson ? (JSON.parse(text) as { problems: string[] }).problems.join("\n") : text);
  }
  return (await response.json()) as ReviewData;
}

export const saveCategories = (request: SaveCategories) => post("/api/categories", request);
export const chooseK = (request: ChooseK) => post("/api/k", request);

async function post(path: string, body: object): Promise<Saved> {
  try {
    const headers = { [TOKEN_HEADER]: token, "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    return response.headers.get("content-type") === "application/json"
      ? (JSON.parse(text) as Saved)
      : { ok: false, problems: [text] };
  } catch {
    return { ok: false, problems: ["the server does not answer: is `sessionary review` still running?"] };
  }
}
