/**
 * The records of a small delimited text, as RFC 4180 reads them: fields may be quoted, quotes inside are doubled, a quoted field may
 * hold newlines. For headers, side tables and glances; logs are read by `DelimitedScanner`. Blank lines are left out.
 */
export function csvRecords(text: string, delimiter: string, limit = Infinity): string[][] {
  const records: string[][] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length && records.length < limit) {
    const record: string[] = [];
    for (;;) {
      let field = "";
      if (text[at] === '"') {
        at++;
        for (;;) {
          const quote = text.indexOf('"', at);
          if (quote < 0) {
            field += text.slice(at);
            at = text.length;
            break;
          }
          field += text.slice(at, quote);
          at = quote + 1;
          if (text[at] !== '"') break;
          field += '"';
          at++;
        }
      }
      let end = at;
      while (end < text.length && text[end] !== delimiter && text[end] !== "\n") end++;
      field += text.slice(at, text[end] === "\n" && text[end - 1] === "\r" && end > at ? end - 1 : end);
      record.push(field);
      at = end + 1;
      if (text[end] !== delimiter) break;
    }
    if (record.length > 1 || record[0] !== "") records.push(record);
  }
  return records;
}
