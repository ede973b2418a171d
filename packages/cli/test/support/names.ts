/** Names as there are, one of each script or trouble: all of them can be a user's, a group's or an account's. */
export const names = {
  cyrillic: "Мария Константинопольская",
  greek: "Ἀριστοτέλης Ὠνάσης",
  han: "山田太郎",
  kana: "さとう ハナコ",
  hangul: "김민준",
  "wide latin": "ＡＢＣ商事",
  arabic: "محمد بن عبد الله",
  hebrew: "יוסף כהן",
  devanagari: "नमस्ते सिंह",
  thai: "สมชาย ใจดี",
  "combining marks": "Ame\u0301lie No\u0308l e\u0302\u0323",
  emoji: "👩‍👩‍👧‍👦 team 🇯🇵 👍🏽",
  "quotes and commas": `O'Brien, "Bob" \\ <b>&amp;`,
  "what YAML takes for something else": "no: # null",
  "a formula": "=cmd|' /C calc'!A0",
} as const;

/** What somebody may have put into a name to move a cursor, to change colours, or to turn the text around. */
export const tricks = {
  "an escape sequence": "eve\u001b[2J\u001b[31m",
  "a title": "eve\u001b]0;title\u0007",
  "an eight-bit sequence": "eve\u009b2J\u0085",
  "another direction": "eve\u202egpj.exe\u2066\u061c",
  lines: "eve\r\nroot\u2028line\u2029end",
  "a tab": "eve\tadmin",
} as const;
