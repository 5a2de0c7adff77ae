import { useRef, useState } from "preact/hooks";

interface TextFieldProps {
  readonly id: string;
  readonly value: string;
  /** Lines of a longer text; one line where left out. */
  readonly rows?: number;
  /** Every change, with the name of the step it belongs to: what is typed between two visits to the field is undone together. */
  readonly onText: (text: string, step: string) => void;
}

/** A text that counts as it is typed, so that saving never misses the last word. */
export function TextField({ id, value, rows, onText }: TextFieldProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const visit = useRef(0);
  const take = (text: string) => {
    setDraft(text);
    onText(text, `${id} ${visit.current}`);
  };
  const common = {
    id,
    // What is typed stays as it is while the field has the focus, spaces at its end included.
    value: draft ?? value,
    onFocus: () => void (visit.current += 1),
    onBlur: () => setDraft(null),
  };
  return rows === undefined ? (
    <input type="text" {...common} onInput={(event) => take(event.currentTarget.value)} />
  ) : (
    <textarea rows={rows} {...common} onInput={(event) => take(event.currentTarget.value)} />
  );
}
