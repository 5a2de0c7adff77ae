import { render } from "preact";
import { App } from "./app";
import { loadData } from "./api";

const root = document.getElementById("review") as HTMLElement;

loadData().then(
  (data) => {
    root.replaceChildren();
    document.title = `Review of ${data.project}`;
    render(<App data={data} />, root);
  },
  (error: unknown) => {
    const note = document.createElement("p");
    note.className = "warning lines";
    note.setAttribute("role", "alert");
    note.textContent = `The discovery could not be loaded. ${(error as Error).message}`;
    root.replaceChildren(note);
  },
);
